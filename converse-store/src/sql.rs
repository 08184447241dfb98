//! What is asked of a database, as SQL. Names are always quoted, values are always parameters.

use std::fmt::Write as _;

use converse_model::OnDelete;

use crate::migrate::Change;
use crate::{Assign, Auto, Cell, ColumnMap, Cond, Kind, Op, Order, Refers, TableMap, Test};

/// How a database's SQL differs from another's.
pub(crate) trait Dialect {
    /// A column's type, with what belongs to it.
    fn declared(&self, column: &ColumnMap) -> &'static str;

    /// What follows the type of a key that is the next number.
    fn sequence(&self) -> &'static str;

    /// A parameter for values of this kind.
    fn parameter(&self, number: usize, kind: Kind) -> String;

    /// Whether a column's text begins with a parameter, or has it in it.
    fn has(&self, column: &str, parameter: &str, start: bool) -> String;

    /// A value that is written out, as a column's default is.
    fn literal(&self, cell: &Cell) -> String;

    /// Whether a column says where it is declared to which rows it refers; else a statement of its own does, once all
    /// tables are there ([`Change::AddReference`](crate::Change)).
    fn declares_references(&self) -> bool;

    /// What stands behind the columns of a new table.
    fn table_options(&self) -> &'static str;

    /// What stands behind a column by which rows are ordered, so that nothing is below all values.
    fn nulls(&self, order: Order) -> &'static str;

    /// The column as it is read.
    fn read(&self, name: &str, kind: Kind) -> String;
}

/// A value of a statement.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Parameter<'o> {
    Cell(&'o Cell),
    Text(&'o str),
}

/// A statement in the making.
pub(crate) struct Statement<'o> {
    dialect: &'o dyn Dialect,
    map: Option<&'o TableMap>,
    pub(crate) text: String,
    pub(crate) parameters: Vec<Parameter<'o>>,
}

/// A name in quotes.
pub(crate) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

impl<'o> Statement<'o> {
    /// The statement that does what is asked.
    pub(crate) fn of(op: &'o Op, dialect: &'o dyn Dialect) -> Statement<'o> {
        let mut statement = Statement {
            dialect,
            map: op.table().map(|table| &**table),
            text: String::with_capacity(128),
            parameters: Vec::new(),
        };
        match op {
            Op::Insert { row, upsert, .. } => statement.insert(row, *upsert),
            Op::Update { set, filter, .. } => statement.update(set, filter),
            Op::Delete { filter, .. } => {
                let table = statement.table();
                statement.push(&format!("DELETE FROM {table}"));
                statement.filter(filter);
            }
            Op::Select { filter, order, limit, .. } => statement.select(filter, order, *limit),
            Op::Count { filter, limit, .. } => statement.count(filter, *limit),
            Op::Sql { text, parameters, .. } => {
                statement.push(text);
                statement.parameters.extend(parameters.iter().map(Parameter::Cell));
            }
        }
        statement
    }

    /// The condition alone, ` WHERE …`, or nothing where it holds of every row.
    pub(crate) fn only(cond: &'o Cond, map: &'o TableMap, dialect: &'o dyn Dialect) -> Statement<'o> {
        let mut statement = Statement { dialect, map: Some(map), text: String::new(), parameters: Vec::new() };
        statement.filter(cond);
        statement
    }

    fn table(&self) -> String {
        self.map.map_or_else(String::new, |map| quoted(&map.name))
    }

    fn known(&self, at: usize) -> Option<&'o ColumnMap> {
        self.map?.columns.get(at)
    }

    /// The columns of the key.
    fn key(&self) -> &'o [usize] {
        self.map.map_or(&[], |map| &map.key)
    }

    fn push(&mut self, text: &str) {
        self.text.push_str(text);
    }

    fn column(&self, at: usize) -> String {
        self.known(at).map_or_else(String::new, |column| quoted(&column.name))
    }

    fn kind(&self, at: usize) -> Kind {
        self.known(at).map_or(Kind::Text, |column| column.kind)
    }

    fn parameter(&mut self, kind: Kind, value: Parameter<'o>) -> String {
        self.parameters.push(value);
        self.dialect.parameter(self.parameters.len(), kind)
    }

    fn cell(&mut self, at: usize, cell: &'o Cell) -> String {
        self.parameter(self.kind(at), Parameter::Cell(cell))
    }

    fn insert(&mut self, row: &'o [Cell], upsert: bool) {
        let mut names = Vec::with_capacity(row.len());
        let mut values = Vec::with_capacity(row.len());
        for (at, cell) in row.iter().enumerate() {
            if self.map.is_some_and(|map| is_to_be_made(map, at, cell)) {
                continue;
            }
            names.push(self.column(at));
            values.push(self.cell(at, cell));
        }
        let table = self.table();
        if names.is_empty() {
            self.push(&format!("INSERT INTO {table} DEFAULT VALUES"));
        } else {
            self.push(&format!("INSERT INTO {table} ({}) VALUES ({})", names.join(", "), values.join(", ")));
        }
        if upsert {
            let key: Vec<String> = self.key().iter().map(|at| self.column(*at)).collect();
            let others = (0..row.len()).filter(|at| !self.key().contains(at));
            let set: Vec<String> = others
                .map(|at| {
                    let name = self.column(at);
                    let is_version = self.map.and_then(|map| map.version) == Some(at);
                    if is_version {
                        format!("{name} = {table}.{name} + 1")
                    } else {
                        format!("{name} = excluded.{name}")
                    }
                })
                .collect();
            let set = if set.is_empty() { "NOTHING".to_owned() } else { format!("UPDATE SET {}", set.join(", ")) };
            self.push(&format!(" ON CONFLICT ({}) DO {set}", key.join(", ")));
        }
    }

    fn update(&mut self, set: &'o [Assign], filter: &'o Cond) {
        let set: Vec<String> = set
            .iter()
            .map(|assign| match assign {
                Assign::To(at, cell) => {
                    let value = self.cell(*at, cell);
                    format!("{} = {value}", self.column(*at))
                }
                Assign::Bump(at) => format!("{0} = {0} + 1", self.column(*at)),
            })
            .collect();
        let set = if set.is_empty() { self.same() } else { set.join(", ") };
        let table = self.table();
        self.push(&format!("UPDATE {table} SET {set}"));
        self.filter(filter);
    }

    /// A change that changes nothing: for a table whose columns are all key.
    fn same(&self) -> String {
        let key = self.key().first().map_or_else(String::new, |at| self.column(*at));
        format!("{key} = {key}")
    }

    fn select(&mut self, filter: &'o Cond, order: &[Order], limit: Option<u64>) {
        let columns: Vec<String> = self
            .map
            .iter()
            .flat_map(|map| &map.columns)
            .map(|column| self.dialect.read(&quoted(&column.name), column.kind))
            .collect();
        let table = self.table();
        self.push(&format!("SELECT {} FROM {table}", columns.join(", ")));
        self.filter(filter);
        let order: Vec<String> = order
            .iter()
            .map(|order| {
                let way = if order.descending { " DESC" } else { "" };
                format!("{}{way}{}", self.column(order.column), self.dialect.nulls(*order))
            })
            .collect();
        if !order.is_empty() {
            self.push(&format!(" ORDER BY {}", order.join(", ")));
        }
        self.limit(limit);
    }

    fn count(&mut self, filter: &'o Cond, limit: Option<u64>) {
        let table = self.table();
        match limit {
            None => {
                self.push(&format!("SELECT count(*) FROM {table}"));
                self.filter(filter);
            }
            Some(_) => {
                self.push(&format!("SELECT count(*) FROM (SELECT 1 FROM {table}"));
                self.filter(filter);
                self.limit(limit);
                self.push(") AS counted");
            }
        }
    }

    fn limit(&mut self, limit: Option<u64>) {
        if let Some(limit) = limit {
            // Writing to a text cannot fail. More rows than `i64::MAX` there are not.
            let _ = write!(self.text, " LIMIT {}", limit.min(i64::MAX.unsigned_abs()));
        }
    }

    fn filter(&mut self, cond: &'o Cond) {
        if !matches!(cond, Cond::All(conds) if conds.is_empty()) {
            let cond = self.cond(cond);
            self.push(" WHERE ");
            self.push(&cond);
        }
    }

    fn cond(&mut self, cond: &'o Cond) -> String {
        match cond {
            Cond::All(conds) => self.joined(conds, " AND ", "TRUE"),
            Cond::Any(conds) => self.joined(conds, " OR ", "FALSE"),
            Cond::Is(at, test, cell) => {
                let value = self.cell(*at, cell);
                let test = match test {
                    Test::Eq => "=",
                    Test::Ne => "IS DISTINCT FROM",
                    Test::Lt => "<",
                    Test::Le => "<=",
                    Test::Gt => ">",
                    Test::Ge => ">=",
                };
                format!("{} {test} {value}", self.column(*at))
            }
            Cond::In { column, cells, not } => {
                if cells.is_empty() {
                    return if *not { "TRUE" } else { "FALSE" }.to_owned();
                }
                let values: Vec<String> = cells.iter().map(|cell| self.cell(*column, cell)).collect();
                let (name, values) = (self.column(*column), values.join(", "));
                if *not {
                    format!("({name} IS NULL OR {name} NOT IN ({values}))")
                } else {
                    format!("{name} IN ({values})")
                }
            }
            Cond::Null { column, not } => {
                let name = self.column(*column);
                if *not { format!("{name} IS NOT NULL") } else { format!("{name} IS NULL") }
            }
            Cond::Has { column, text, start, not } => {
                let parameter = self.parameter(Kind::Text, Parameter::Text(text));
                let name = self.column(*column);
                let has = self.dialect.has(&name, &parameter, *start);
                if *not { format!("({name} IS NULL OR NOT {has})") } else { has }
            }
        }
    }

    fn joined(&mut self, conds: &'o [Cond], by: &str, none: &str) -> String {
        let conds: Vec<String> = conds.iter().map(|cond| self.cond(cond)).collect();
        if conds.is_empty() { none.to_owned() } else { format!("({})", conds.join(by)) }
    }
}

/// Whether the database makes this cell of a new row.
pub(crate) fn is_to_be_made(map: &TableMap, at: usize, cell: &Cell) -> bool {
    *cell == Cell::Null && map.columns.get(at).is_some_and(|column| column.auto == Some(Auto::Sequence))
}

/// The statement that changes a table.
pub(crate) fn changed(change: &Change, dialect: &dyn Dialect) -> String {
    let column =
        |map: &TableMap, at: usize| map.columns.get(at).map_or_else(String::new, |column| quoted(&column.name));
    match change {
        Change::CreateTable(map) => create_table(map, dialect),
        Change::RenameTable(from, map) => format!("ALTER TABLE {} RENAME TO {}", quoted(from), quoted(&map.name)),
        Change::AddColumn(map, at) => {
            let declared = map.columns.get(*at).map_or_else(String::new, |column| declared(column, dialect));
            format!("ALTER TABLE {} ADD COLUMN {declared}", quoted(&map.name))
        }
        Change::RenameColumn(from, map, at) => {
            format!("ALTER TABLE {} RENAME COLUMN {} TO {}", quoted(&map.name), quoted(from), column(map, *at))
        }
        Change::AddReference(map, at) => {
            let refers = map.columns.get(*at).and_then(|column| Some((&column.name, column.refers.as_ref()?)));
            let named = |(column, refers): (&String, &Refers)| {
                let (name, to) = (quoted(&Refers::name_of(&map.name, column)), references(refers));
                format!("ADD CONSTRAINT {name} FOREIGN KEY ({}) {to}", quoted(column))
            };
            format!("ALTER TABLE {} {}", quoted(&map.name), refers.map_or_else(String::new, named))
        }
        Change::CreateIndex(map, index) => {
            let unique = if index.unique { "UNIQUE " } else { "" };
            let (name, table) = (quoted(&index.name), quoted(&map.name));
            format!("CREATE {unique}INDEX {name} ON {table} ({})", column(map, index.column))
        }
        Change::DropColumn(table, column) => {
            format!("ALTER TABLE {} DROP COLUMN {}", quoted(table), quoted(column))
        }
        Change::DropIndex(name) => format!("DROP INDEX {}", quoted(name)),
    }
}

/// The statement that makes a table, without its indexes.
fn create_table(map: &TableMap, dialect: &dyn Dialect) -> String {
    let mut parts: Vec<String> = map.columns.iter().map(|column| declared(column, dialect)).collect();
    // A sequence says itself that it is the key.
    if !map.columns.iter().any(|column| column.auto == Some(Auto::Sequence)) {
        let key: Vec<String> =
            map.key.iter().filter_map(|at| map.columns.get(*at)).map(|column| quoted(&column.name)).collect();
        parts.push(format!("PRIMARY KEY ({})", key.join(", ")));
    }
    format!("CREATE TABLE {} ({}){}", quoted(&map.name), parts.join(", "), dialect.table_options())
}

/// A column as a table declares it.
fn declared(column: &ColumnMap, dialect: &dyn Dialect) -> String {
    let mut text = format!("{} {}", quoted(&column.name), dialect.declared(column));
    if column.auto == Some(Auto::Sequence) {
        text.push_str(dialect.sequence());
        return text;
    }
    if !column.nullable {
        text.push_str(" NOT NULL");
    }
    match &column.default {
        None | Some(Cell::Null) => {}
        Some(cell) => {
            text.push_str(" DEFAULT ");
            text.push_str(&dialect.literal(cell));
        }
    }
    if let (Some(refers), true) = (&column.refers, dialect.declares_references()) {
        text.push(' ');
        text.push_str(&references(refers));
    }
    text
}

/// To which rows a column refers, as it is declared.
fn references(refers: &Refers) -> String {
    // That a row must not be deleted is looked at when the statement has ended: it may delete those that refer to it too.
    let on_delete = match refers.on_delete {
        OnDelete::Refuse => "",
        OnDelete::Cascade => " ON DELETE CASCADE",
        OnDelete::SetNone => " ON DELETE SET NULL",
    };
    format!("REFERENCES {} ({}){on_delete}", quoted(&refers.table), quoted(&refers.column))
}

/// A text that is written out.
pub(crate) fn text_literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}
