"""The readable form of packs (政策包文件): YAML text ↔ rows ↔ tables.

``reader`` makes rows of text, ``writer`` text of rows, ``tables`` rows of tables, ``store`` tables of rows;
``shapes`` lists the keys once for all four.
"""
