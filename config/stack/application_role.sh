# The application's role (docker-compose.yml runs this once, when the database is made); migrate grants its rights.
# On a server of your own, the same statement as its administrator.
psql --set ON_ERROR_STOP=1 --set "password=$(cat /run/secrets/database_password)" \
  --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" <<'SQL'
CREATE ROLE doudi_app LOGIN PASSWORD :'password';
SQL
