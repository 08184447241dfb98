//! The tables that are there, as the server's catalogue has them.

use tokio_postgres::{Client, Error};

use crate::migrate::{Existing, ExistingColumn};

const COLUMNS: &str = "
    SELECT t.relname::text, a.attname::text,
           format_type(a.atttypid, a.atttypmod) || coalesce(' COLLATE \"' || c.collname || '\"', ''),
           NOT a.attnotnull, a.atthasdef OR a.attidentity <> '',
           EXISTS (SELECT FROM pg_index i WHERE i.indrelid = t.oid AND i.indisprimary AND a.attnum = ANY (i.indkey))
    FROM pg_class t
    JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped
    LEFT JOIN pg_collation c ON c.oid = a.attcollation
    WHERE t.relkind IN ('r', 'p') AND t.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema())
    ORDER BY t.relname, a.attnum";

const INDEXES: &str = "
    SELECT t.relname::text, x.relname::text
    FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid JOIN pg_class x ON x.oid = i.indexrelid
    WHERE t.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema())";

/// The tables of the current schema.
pub(super) async fn existing(client: &Client) -> Result<Vec<Existing>, Error> {
    let mut tables: Vec<Existing> = Vec::new();
    for row in client.query(COLUMNS, &[]).await? {
        let name: String = row.try_get(0)?;
        let column = ExistingColumn {
            name: row.try_get(1)?,
            ty: row.try_get(2)?,
            nullable: row.try_get(3)?,
            has_default: row.try_get(4)?,
            is_key: row.try_get(5)?,
        };
        match tables.last_mut().filter(|table| table.name == name) {
            Some(table) => table.columns.push(column),
            None => tables.push(Existing { name, columns: vec![column], indexes: Vec::new() }),
        }
    }
    for row in client.query(INDEXES, &[]).await? {
        let (table, index): (String, String) = (row.try_get(0)?, row.try_get(1)?);
        if let Some(table) = tables.iter_mut().find(|known| known.name == table) {
            table.indexes.push(index);
        }
    }
    Ok(tables)
}
