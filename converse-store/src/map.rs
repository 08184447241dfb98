//! How values of a class lie in a table: read off its shape, hung on the class.

use std::slice;
use std::sync::Arc;

use converse_model::{
    ClassRef, Definition, Field, OnDelete, Origin, Problem, RegistryBuilder, Seq, Shape, Text, TextFormat, Transform,
    Type, Value,
};

use crate::journal::JournalMap;
use crate::live;
use crate::names::{LONGEST, OWN, snake, unfit};
use crate::{Cell, Kind, StoreError};

/// How many bytes rows are found by at most: what is longer has no place in an index of PostgreSQL, and no engine keeps
/// what another does not.
const SEARCHED: usize = 2000;

/// A table of a class.
#[derive(Debug, Clone)]
pub struct TableMap {
    /// The name.
    pub name: String,
    /// The name of the class.
    pub class: String,
    /// What the class's values are.
    pub shape: ClassRef,
    /// The columns, in the order of the fields.
    pub columns: Vec<ColumnMap>,
    /// The columns of the key.
    pub key: Vec<usize>,
    /// The column that counts a row's changes.
    pub version: Option<usize>,
    /// What rows are found by, besides the key.
    pub indexes: Vec<IndexMap>,
    /// The name of the table that this one was before; empty for none.
    pub renamed_from: String,
}

/// A column of a field.
#[derive(Debug, Clone)]
pub struct ColumnMap {
    /// The name.
    pub name: String,
    /// The name of the field.
    pub field: Text,
    /// What it holds.
    pub kind: Kind,
    /// Whether it may hold nothing.
    pub nullable: bool,
    /// Whether nothing stands for a field that was left out; else for one that is nothing.
    pub absent: bool,
    /// Whether a field that is nothing is another thing than one that was left out: then it is JSON's `null`.
    pub twice: bool,
    /// What rows have that were there before the column, or that an older program makes.
    pub default: Option<Cell>,
    /// What is done to a text before it is kept, or looked for.
    pub transforms: Seq<Transform>,
    /// How the store makes the value for a new row, if it does.
    pub auto: Option<Auto>,
    /// Which rows it refers to, if it does.
    pub refers: Option<Refers>,
    /// The name of the column that this one was before; empty for none.
    pub renamed_from: String,
}

/// To which rows a column refers: for each of its values there is one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refers {
    /// The name of the class.
    pub class: String,
    /// Its table, which may be the column's own.
    pub table: String,
    /// The column of its key, which is of the same kind.
    pub column: String,
    /// What becomes of a row when the one that it refers to is deleted.
    pub on_delete: OnDelete,
}

impl Refers {
    /// The rows of a class that a field's values are the keys of.
    fn of(field: &Field) -> Option<Refers> {
        let class = referred(&field.ty)?;
        let shape = class.shape()?;
        let (table, column) = (snake(&shape.name), snake(&class.key()?.name));
        Some(Refers { class: shape.name.to_string(), table, column, on_delete: field.column.on_delete })
    }

    /// The name of the rule that a column of a table refers to rows that are there.
    pub fn name_of(table: &str, column: &str) -> String {
        format!("{table}_{column}_fkey")
    }
}

/// The class whose keys are the values of a type; none for keys in a list or in what a field holds.
fn referred(ty: &Type) -> Option<&ClassRef> {
    match ty {
        Type::Ref(class) => Some(class),
        Type::Optional(inner) | Type::Secret(inner) => referred(inner),
        _ => None,
    }
}

/// How the store makes a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Auto {
    /// The next number, which no row had before.
    Sequence,
    /// A UUID of version 7 (RFC 9562), which begins with the time.
    Uuid7,
}

/// What rows are found by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndexMap {
    /// The name, which begins with that of the table.
    pub name: String,
    /// The column.
    pub column: usize,
    /// Whether no two rows have the same.
    pub unique: bool,
}

impl IndexMap {
    /// The name of an index of this column.
    pub(crate) fn name_of(table: &str, column: &str, unique: bool) -> String {
        format!("{table}_{column}_{}", if unique { "key" } else { "idx" })
    }
}

/// Hangs on each class that is kept how its values lie in a table.
#[must_use]
pub fn tables(builder: RegistryBuilder) -> RegistryBuilder {
    builder.attach(|_, entry, slots| {
        let Some(definition) = entry.definition() else { return live::attach(entry, slots) };
        if definition.stored.table {
            match TableMap::of(definition) {
                Ok(map) => drop(slots.put(Arc::new(map))),
                Err(problems) => return problems,
            }
        }
        if let Some(secrets) = definition.stored.journal {
            match JournalMap::of(definition, secrets) {
                Ok(map) => drop(slots.put(map)),
                Err(problems) => return problems,
            }
        }
        Vec::new()
    })
}

impl TableMap {
    /// The table of a class.
    ///
    /// # Errors
    /// All that keeps its values out of a table.
    pub fn of(definition: &Definition) -> Result<TableMap, Vec<Problem>> {
        let shape = ClassRef::Known(definition.shape);
        TableMap::of_class(&shape, &definition.origin, definition.stored.renamed_from)
    }

    /// The same of a class that need not be compiled.
    pub(crate) fn of_class(class: &ClassRef, origin: &Origin, renamed_from: &str) -> Result<TableMap, Vec<Problem>> {
        let shape = class.shape().unwrap_or(&Shape::EMPTY);
        let mut problems = Vec::new();
        let name = snake(&shape.name);
        let place = format!("the table `{name}` of `{}` ({origin})", shape.name);
        let mut problem = |what: String, remedy: &str| problems.push(Problem { what, remedy: remedy.to_owned() });
        if let Some(why) = unfit(&name) {
            problem(format!("{place} {why}"), "give the class a shorter name with `name = \"…\"`");
        }
        if name.starts_with(OWN) {
            problem(
                format!("{place} has a name that is the store's own"),
                "give the class another with `name = \"…\"`",
            );
        }
        let mut map = TableMap {
            name,
            class: shape.name.to_string(),
            shape: class.clone(),
            columns: Vec::new(),
            key: Vec::new(),
            version: None,
            indexes: Vec::new(),
            renamed_from: snake(renamed_from),
        };
        for (at, field) in shape.fields().iter().enumerate() {
            if let Err((what, remedy)) = map.add(at, field) {
                problem(format!("the field `{}.{}` ({origin}) {what}", shape.name, field.name), remedy);
            }
        }
        if problems.is_empty() { Ok(map) } else { Err(problems) }
    }

    /// Adds a field's column, and what is said of it.
    fn add(&mut self, at: usize, field: &Field) -> Result<(), (String, &'static str)> {
        let said = &field.column;
        let mut column = ColumnMap::of(field);
        if let Some(why) = unfit(&column.name) {
            return Err((format!("makes a column that {why}"), "rename it"));
        }
        if let Some(other) = self.columns.iter().find(|other| other.name == column.name) {
            let what = format!("makes the column `{}`, as `{}` does", column.name, other.field);
            return Err((what, "rename one of them: small and capital letters are one to a database"));
        }
        let is_searched = said.primary_key || said.unique || said.index;
        if is_searched && !column.kind.is_ordered() {
            return Err((
                "is kept as JSON, by which no row is found".to_owned(),
                "remove `primary_key`, `unique` or `index`",
            ));
        }
        if said.primary_key && column.nullable {
            return Err(("is a key that may be nothing".to_owned(), "remove the `Option`, or `primary_key`"));
        }
        if said.on_delete == OnDelete::SetNone && !column.nullable {
            return Err(("is to be nothing on delete, and always holds something".to_owned(), "make it an `Option`"));
        }
        if said.on_delete != OnDelete::Refuse && column.refers.is_none() {
            return Err(("says `on_delete`, and refers to no row".to_owned(), "make it a `Ref`"));
        }
        if said.auto {
            column.auto = Some(auto(&field.ty).ok_or((
                "is `auto`, and neither an integer nor a UUID nor a text".to_owned(),
                "remove `auto`, or take an integer, `uuid::Uuid` or `String`",
            ))?);
            if column.auto == Some(Auto::Sequence) {
                column.kind = Kind::Int;
            }
        }
        if said.version {
            if !matches!(column.kind, Kind::Int | Kind::Uint) || column.nullable {
                return Err(("is a `version`, and no integer".to_owned(), "make it `u64`, or remove `version`"));
            }
            column.kind = Kind::Int;
            self.version = Some(at);
        }
        if said.primary_key {
            self.key.push(at);
        } else {
            // A default that no column can hold is one that no row has, and one that refers to a row may refer to none.
            column.default =
                field.default.value().and_then(|value| column.cell(&value).ok()).filter(|_| column.refers.is_none());
        }
        // Whoever deletes a row asks for those that refer to it. A key that begins with the column has it in order.
        let is_asked = column.refers.is_some() && self.key.first() != Some(&at);
        if said.unique || said.index || is_asked {
            let name = IndexMap::name_of(&self.name, &column.name, said.unique);
            if name.len() > LONGEST {
                return Err((
                    format!("needs an index called `{name}`, beyond {LONGEST} bytes"),
                    "shorten its name, or the class's",
                ));
            }
            self.indexes.push(IndexMap { name, column: at, unique: said.unique });
        }
        self.columns.push(column);
        Ok(())
    }

    /// The value of a class as a row.
    ///
    /// # Errors
    /// The first field that does not fit its column.
    pub fn row(&self, value: &Value) -> Result<Vec<Cell>, StoreError> {
        self.row_of(value, 0)
    }

    /// The same without the first columns, which are no field's.
    pub(crate) fn row_of(&self, value: &Value, own: usize) -> Result<Vec<Cell>, StoreError> {
        let cells = self.columns.iter().skip(own).map(|column| {
            let cell = match value.get(&column.field) {
                Some(value) => column.cell(value).map_err(|why| self.misfit(column, why))?,
                None => Cell::Null,
            };
            if cell == Cell::Null && !column.nullable {
                return Err(self.misfit(column, "nothing is no value of the column"));
            }
            Ok(cell)
        });
        let cells: Vec<Cell> = cells.collect::<Result<_, _>>()?;
        let searched =
            std::iter::once(&*self.key).chain(self.indexes.iter().map(|index| slice::from_ref(&index.column)));
        for columns in searched.filter(|_| own == 0) {
            self.searched(columns, columns.iter().filter_map(|at| cells.get(*at)))?;
        }
        Ok(cells)
    }

    /// Whether rows can be found by these cells.
    fn searched<'c>(&self, columns: &[usize], cells: impl Iterator<Item = &'c Cell>) -> Result<(), StoreError> {
        let length = |cell: &Cell| match cell {
            Cell::Text(text) => text.len(),
            Cell::Bytes(bytes) => bytes.len(),
            _ => 0,
        };
        if cells.map(length).sum::<usize>() <= SEARCHED {
            return Ok(());
        }
        let column = self.column(columns.first().copied().unwrap_or_default())?;
        Err(self
            .misfit(column, "rows are found by it, and so it has at most 2,000 bytes; give the field a `max_length`"))
    }

    /// Whether a column may hold this cell, as far as rows are found by it.
    pub(crate) fn is_searched(&self, at: usize, cell: &Cell) -> Result<(), StoreError> {
        let is_searched = self.indexes.iter().any(|index| index.column == at);
        if is_searched { self.searched(&[at], std::iter::once(cell)) } else { Ok(()) }
    }

    /// A row as a value of the class.
    ///
    /// # Errors
    /// The first column that does not hold what it should.
    pub fn value(&self, row: &[Cell]) -> Result<Value, StoreError> {
        self.value_of(row, 0)
    }

    /// The same without the first columns, which are no field's.
    pub(crate) fn value_of(&self, row: &[Cell], own: usize) -> Result<Value, StoreError> {
        let mut members = Vec::with_capacity(self.columns.len());
        for (column, cell) in self.columns.iter().zip(row).skip(own) {
            if column.absent && *cell == Cell::Null {
                continue;
            }
            let value = column.kind.value(cell).map_err(|why| self.misfit(column, why.0))?;
            members.push((column.field.clone(), value));
        }
        Ok(Value::Map(members))
    }

    /// The cells of a row's key.
    pub fn key_of(&self, row: &[Cell]) -> Vec<Cell> {
        self.key.iter().filter_map(|at| row.get(*at).cloned()).collect()
    }

    /// The place of a field's column.
    ///
    /// # Errors
    /// If the class has no such field: those that it has are named.
    pub(crate) fn place(&self, field: &str) -> Result<usize, StoreError> {
        self.columns.iter().position(|column| column.field == field).ok_or_else(|| {
            let known: Vec<&str> = self.columns.iter().map(|column| column.field.as_str()).collect();
            StoreError::Misfit(format!("`{}` has no field `{field}`; it has {}", self.class, known.join(", ")))
        })
    }

    /// The column of this place.
    ///
    /// # Errors
    /// If there is none, which no column of a class's own table can be.
    pub(crate) fn column(&self, at: usize) -> Result<&ColumnMap, StoreError> {
        let none = || StoreError::Misfit(format!("the table {} has no column {at}", self.name));
        self.columns.get(at).ok_or_else(none)
    }

    pub(crate) fn misfit(&self, column: &ColumnMap, why: &str) -> StoreError {
        StoreError::Misfit(format!("`{}.{}` cannot be kept or read: {why}", self.class, column.field))
    }
}

impl ColumnMap {
    /// The column of a field.
    pub(crate) fn of(field: &Field) -> ColumnMap {
        let (kind, nullable) = Kind::of(&field.ty);
        ColumnMap {
            name: snake(&field.name),
            field: field.name.clone(),
            kind,
            nullable,
            absent: nullable && (may_be_nothing_twice(&field.ty) || !field.keeps_null()),
            twice: may_be_nothing_twice(&field.ty),
            default: None,
            transforms: match referred(&field.ty).and_then(ClassRef::key) {
                Some(key) => key.transforms.clone(),
                None => field.transforms.clone(),
            },
            auto: None,
            refers: Refers::of(field),
            renamed_from: snake(&field.column.renamed_from),
        }
    }

    /// The value as the column holds it.
    pub(crate) fn cell(&self, value: &Value) -> Result<Cell, &'static str> {
        // Nothing is no JSON where the column may hold nothing itself.
        if *value == Value::None && self.nullable && !self.twice {
            return Ok(Cell::Null);
        }
        let mut cell = self.kind.cell(value).map_err(|misfit| misfit.0)?;
        if let (Cell::Text(text), Kind::Text) = (&mut cell, self.kind) {
            for transform in self.transforms.iter() {
                *text = transform.apply(text);
            }
        }
        Ok(cell)
    }
}

/// A column that is no field's.
pub(crate) fn plain_column(name: &'static str, kind: Kind) -> ColumnMap {
    ColumnMap {
        name: name.to_owned(),
        field: Text::Static(name),
        kind,
        nullable: false,
        absent: false,
        twice: false,
        default: None,
        transforms: Seq::Static(&[]),
        auto: None,
        refers: None,
        renamed_from: String::new(),
    }
}

/// Whether an absent field is one thing, and one that is nothing another.
fn may_be_nothing_twice(ty: &Type) -> bool {
    match ty {
        Type::Secret(inner) => may_be_nothing_twice(inner),
        Type::Optional(inner) => matches!(Kind::of(inner), (_, true)),
        _ => false,
    }
}

/// How keys of this type are made.
fn auto(ty: &Type) -> Option<Auto> {
    match ty {
        Type::Int { .. } => Some(Auto::Sequence),
        Type::Text | Type::Format(TextFormat::Uuid) => Some(Auto::Uuid7),
        Type::Secret(inner) => auto(inner),
        // A reference is to what is there already.
        _ => None,
    }
}
