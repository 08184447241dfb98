//! The tables that are there, as the server's catalogue has them.

use converse_model::OnDelete;
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

const REFERENCES: &str = "
    SELECT t.relname::text, a.attname::text, r.relname::text, c.confdeltype::text
    FROM pg_constraint c
    JOIN pg_class t ON t.oid = c.conrelid
    JOIN pg_class r ON r.oid = c.confrelid
    JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = c.conkey[1]
    WHERE c.contype = 'f' AND cardinality(c.conkey) = 1
      AND t.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema())";

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
            refers: None,
        };
        match tables.last_mut().filter(|table| table.name == name) {
            Some(table) => table.columns.push(column),
            None => tables.push(Existing { name, columns: vec![column], indexes: Vec::new() }),
        }
    }
    for row in client.query(REFERENCES, &[]).await? {
        let (table, column, to): (String, String, String) = (row.try_get(0)?, row.try_get(1)?, row.try_get(2)?);
        let on_delete = match row.try_get(3)? {
            "c" => OnDelete::Cascade,
            "n" => OnDelete::SetNone,
            _ => OnDelete::Refuse,
        };
        let columns = tables.iter_mut().filter(|known| known.name == table).flat_map(|known| &mut known.columns);
        for column in columns.filter(|known| known.name == column) {
            column.refers = Some((to.clone(), on_delete));
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
