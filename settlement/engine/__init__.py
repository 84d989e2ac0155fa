"""The settlement engine (结算引擎): plain functions over integers, no Django, no clock, no database."""
