"""Reading about people (人员查询): the scope is always an argument."""
