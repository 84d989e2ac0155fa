"""Indicators (健康扶贫指标): what each counts, over which rows, against which target of the packs."""
