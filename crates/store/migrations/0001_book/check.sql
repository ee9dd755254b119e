-- Each query must return no rows.
PRAGMA foreign_key_check;
SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND strict = 0 AND name NOT LIKE 'sqlite_%';
