"""The hospitals' interface (医院接口): translates HTTP into service calls and answers back."""
