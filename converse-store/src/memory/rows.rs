//! The rows of one table in memory.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::engine::Failure;
use crate::migrate::Existing;
use crate::{Answer, Assign, Auto, Cell, ColumnMap, Cond, IndexMap, Kind, Op, Order, TableMap, Test};

/// Cells by which rows are found, in the order of their kinds.
#[derive(Debug, Clone)]
pub(super) struct Key(Vec<(Kind, Cell)>);

impl Key {
    /// A key of one cell.
    pub(super) fn of(kind: Kind, cell: &Cell) -> Key {
        Key(vec![(kind, cell.clone())])
    }

    /// The cell of a key that has one.
    pub(super) fn only(&self) -> Option<Cell> {
        self.0.first().map(|(_, cell)| cell.clone())
    }
}

impl Ord for Key {
    fn cmp(&self, other: &Key) -> Ordering {
        let pairs = self.0.iter().zip(&other.0);
        pairs
            .map(|((kind, one), (_, other))| kind.order(one, other))
            .find(|order| order.is_ne())
            .unwrap_or(Ordering::Equal)
    }
}

impl PartialOrd for Key {
    fn partial_cmp(&self, other: &Key) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Key {
    fn eq(&self, other: &Key) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Key {}

type Row = Vec<Cell>;

/// A table and its committed rows.
pub(super) struct MemoryTable {
    map: Arc<TableMap>,
    rows: BTreeMap<Key, Row>,
    /// For each index of which no two rows have the same, the rows' keys by their cells.
    unique: Vec<(IndexMap, BTreeMap<Key, Key>)>,
    /// The last number that was made for a key.
    last: i64,
}

/// What lies over a table: rows that are other than the committed ones, or none any more.
#[derive(Clone)]
pub(super) struct Overlay {
    rows: BTreeMap<Key, Option<Row>>,
    last: i64,
}

impl MemoryTable {
    pub(super) fn new(map: Arc<TableMap>) -> MemoryTable {
        let unique = map.indexes.iter().filter(|index| index.unique).map(|index| (index.clone(), BTreeMap::new()));
        MemoryTable { unique: unique.collect(), map, rows: BTreeMap::new(), last: 0 }
    }

    pub(super) fn overlay(&self) -> Overlay {
        Overlay { rows: BTreeMap::new(), last: self.last }
    }

    /// Makes an overlay's rows the committed ones.
    pub(super) fn take_over(&mut self, overlay: Overlay) {
        self.last = overlay.last.max(self.last);
        // First all that goes: a value may have moved from one row to another.
        for key in overlay.rows.keys() {
            if let Some(row) = self.rows.remove(key) {
                for (index, known) in &mut self.unique {
                    if let Some(value) = cells(&self.map, &[index.column], &row) {
                        known.remove(&value);
                    }
                }
            }
        }
        for (key, row) in overlay.rows {
            let Some(row) = row else { continue };
            for (index, known) in &mut self.unique {
                if let Some(value) = cells(&self.map, &[index.column], &row) {
                    known.insert(value, key.clone());
                }
            }
            self.rows.insert(key, row);
        }
    }

    pub(super) fn existing(&self) -> Existing {
        let indexes = self.map.indexes.iter().map(|index| index.name.clone()).collect();
        Existing::of(&self.map, indexes, |column| format!("{:?}", column.kind))
    }

    pub(super) fn run(&self, op: &Op, overlay: &mut Overlay) -> Result<Answer, Failure> {
        match op {
            Op::Insert { row, upsert, .. } => self.insert(row.clone(), *upsert, overlay),
            Op::Update { set, filter, .. } => self.update(set, filter, overlay),
            Op::Delete { filter, .. } => Ok(Answer::Count(self.delete(filter, overlay).len() as u64)),
            Op::Select { filter, order, limit, .. } => {
                let mut rows: Vec<&Row> = self.fitting(filter, overlay).map(|(_, row)| row).collect();
                rows.sort_by(|one, other| self.order(order, one, other));
                let limit = limit.map_or(usize::MAX, |limit| usize::try_from(limit).unwrap_or(usize::MAX));
                Ok(Answer::Rows(rows.into_iter().take(limit).cloned().collect()))
            }
            // References has said it.
            Op::Sql { .. } => Err(Failure::Refused("there is no SQL".to_owned())),
            Op::Count { filter, limit, .. } => {
                let count = self.fitting(filter, overlay).count() as u64;
                Ok(Answer::Count(limit.map_or(count, |limit| limit.min(count))))
            }
        }
    }

    pub(super) fn map(&self) -> &Arc<TableMap> {
        &self.map
    }

    /// One more column, behind the others: rows that are there have its default.
    pub(super) fn add_column(&mut self, column: &ColumnMap) {
        let mut map = TableMap::clone(&self.map);
        map.columns.push(column.clone());
        self.map = Arc::new(map);
        let cell = column.default.clone().unwrap_or(Cell::Null);
        self.rows.values_mut().for_each(|row| row.push(cell.clone()));
    }

    /// One more index; it fails if rows that are there have the same of what no two may have.
    pub(super) fn add_index(&mut self, column: &str, index: &IndexMap) -> Result<(), Failure> {
        let Some(at) = self.map.columns.iter().position(|known| known.name == column) else {
            return Err(Failure::Refused(format!("the table {} has no column {column}", self.map.name)));
        };
        if self.map.indexes.iter().any(|known| known.name == index.name) {
            return Ok(());
        }
        let index = IndexMap { column: at, ..index.clone() };
        if index.unique {
            let mut known = BTreeMap::new();
            for (key, row) in &self.rows {
                if let Some(value) = cells(&self.map, &[at], row)
                    && known.insert(value, key.clone()).is_some()
                {
                    return Err(self.taken(&[at]));
                }
            }
            self.unique.push((index.clone(), known));
        }
        let mut map = TableMap::clone(&self.map);
        map.indexes.push(index);
        self.map = Arc::new(map);
        Ok(())
    }

    /// The keys of the rows that fit.
    pub(super) fn keys(&self, filter: &Cond, overlay: &Overlay) -> BTreeSet<Key> {
        self.fitting(filter, overlay).map(|(key, _)| key.clone()).collect()
    }

    /// Whether there is a row with this key.
    pub(super) fn has(&self, key: &Key, overlay: Option<&Overlay>) -> bool {
        match overlay.and_then(|overlay| overlay.rows.get(key)) {
            Some(row) => row.is_some(),
            None => self.rows.contains_key(key),
        }
    }

    /// The row with the key of this one.
    pub(super) fn known(&self, row: &[Cell], overlay: Option<&Overlay>) -> Option<Vec<Cell>> {
        let key = cells(&self.map, &self.map.key, row)?;
        match overlay.and_then(|overlay| overlay.rows.get(&key)) {
            Some(row) => row.clone(),
            None => self.rows.get(&key).cloned(),
        }
    }

    /// Takes the rows that fit out, and returns their keys.
    pub(super) fn delete(&self, filter: &Cond, overlay: &mut Overlay) -> BTreeSet<Key> {
        let keys = self.keys(filter, overlay);
        overlay.rows.extend(keys.iter().map(|key| (key.clone(), None)));
        keys
    }

    fn insert(&self, mut row: Row, upsert: bool, overlay: &mut Overlay) -> Result<Answer, Failure> {
        let made = self.number(&mut row, overlay)?;
        let key = self.key_of(&row)?;
        if let Some(known) = self.row(&key, overlay) {
            if !upsert {
                return Err(self.taken(&self.map.key));
            }
            if let Some(column) = self.map.version
                && let (Some(Cell::Int(version)), Some(cell)) = (known.get(column), row.get_mut(column))
            {
                *cell = Cell::Int(version.wrapping_add(1));
            }
        }
        self.put(key, row, overlay)?;
        Ok(Answer::Inserted(made))
    }

    /// Makes the next number, if the key is to be one; notes one that was given.
    fn number(&self, row: &mut Row, overlay: &mut Overlay) -> Result<Option<i64>, Failure> {
        let Some(at) = self.map.key.first().copied() else { return Ok(None) };
        if self.map.columns.get(at).and_then(|column| column.auto) != Some(Auto::Sequence) {
            return Ok(None);
        }
        match row.get_mut(at) {
            Some(cell @ Cell::Null) => {
                let next = overlay.last.checked_add(1);
                let next = next.ok_or_else(|| Failure::Refused("the greatest number is a key already".to_owned()))?;
                (overlay.last, *cell) = (next, Cell::Int(next));
                Ok(Some(next))
            }
            Some(Cell::Int(given)) => {
                overlay.last = overlay.last.max(*given);
                Ok(None)
            }
            _ => Ok(None),
        }
    }

    pub(super) fn update(&self, set: &[Assign], filter: &Cond, overlay: &mut Overlay) -> Result<Answer, Failure> {
        let found: Vec<(Key, Row)> =
            self.fitting(filter, overlay).map(|(key, row)| (key.clone(), row.clone())).collect();
        let count = found.len() as u64;
        for (key, mut row) in found {
            for assign in set {
                match assign {
                    Assign::To(at, value) => {
                        if let Some(cell) = row.get_mut(*at) {
                            *cell = value.clone();
                        }
                    }
                    Assign::Bump(at) => {
                        if let Some(Cell::Int(version)) = row.get_mut(*at) {
                            *version = version.wrapping_add(1);
                        }
                    }
                }
            }
            self.put(key, row, overlay)?;
        }
        Ok(Answer::Count(count))
    }

    /// Puts a row over the others, unless one of them has a value that must be its own.
    fn put(&self, key: Key, row: Row, overlay: &mut Overlay) -> Result<(), Failure> {
        for (index, known) in &self.unique {
            let Some(value) = cells(&self.map, &[index.column], &row) else { continue };
            let committed = known.get(&value).filter(|other| **other != key && !overlay.rows.contains_key(other));
            let written = overlay.rows.iter().any(|(other, row)| {
                *other != key
                    && row.as_ref().and_then(|row| cells(&self.map, &[index.column], row)).as_ref() == Some(&value)
            });
            if committed.is_some() || written {
                return Err(self.taken(&[index.column]));
            }
        }
        overlay.rows.insert(key, Some(row));
        Ok(())
    }

    fn key_of(&self, row: &Row) -> Result<Key, Failure> {
        cells(&self.map, &self.map.key, row).ok_or_else(|| Failure::Refused("a key is something".to_owned()))
    }

    fn row<'r>(&'r self, key: &Key, overlay: &'r Overlay) -> Option<&'r Row> {
        match overlay.rows.get(key) {
            Some(row) => row.as_ref(),
            None => self.rows.get(key),
        }
    }

    /// The rows that fit, in the order of their keys where the filter is no key.
    fn fitting<'r>(
        &'r self,
        filter: &'r Cond,
        overlay: &'r Overlay,
    ) -> Box<dyn Iterator<Item = (&'r Key, &'r Row)> + 'r> {
        if let Some(key) = self.pinned(filter) {
            let found = match overlay.rows.get_key_value(&key) {
                Some((key, row)) => row.as_ref().map(|row| (key, row)),
                None => self.rows.get_key_value(&key),
            };
            return Box::new(found.into_iter().filter(move |(_, row)| self.holds(filter, row)));
        }
        let committed = self.rows.iter().filter(|(key, _)| !overlay.rows.contains_key(key));
        let written = overlay.rows.iter().filter_map(|(key, row)| Some((key, row.as_ref()?)));
        Box::new(committed.chain(written).filter(move |(_, row)| self.holds(filter, row)))
    }

    /// The key that a filter asks for, if it does.
    fn pinned(&self, filter: &Cond) -> Option<Key> {
        fn asked(filter: &Cond, column: usize) -> Option<&Cell> {
            match filter {
                Cond::Is(at, Test::Eq, cell) if *at == column => Some(cell),
                Cond::All(conds) => conds.iter().find_map(|cond| asked(cond, column)),
                _ => None,
            }
        }
        let cells = self.map.key.iter().map(|at| Some((self.kind(*at), asked(filter, *at)?.clone())));
        cells.collect::<Option<Vec<_>>>().map(Key)
    }

    fn holds(&self, cond: &Cond, row: &Row) -> bool {
        let cell = |at: usize| row.get(at).unwrap_or(&Cell::Null);
        match cond {
            Cond::All(conds) => conds.iter().all(|cond| self.holds(cond, row)),
            Cond::Any(conds) => conds.iter().any(|cond| self.holds(cond, row)),
            Cond::Is(at, test, wanted) => {
                let order = self.kind(*at).order(cell(*at), wanted);
                let nothing = *cell(*at) == Cell::Null;
                match test {
                    Test::Eq => order.is_eq(),
                    Test::Ne => order.is_ne(),
                    Test::Lt => order.is_lt() && !nothing,
                    Test::Le => order.is_le() && !nothing,
                    Test::Gt => order.is_gt(),
                    Test::Ge => order.is_ge(),
                }
            }
            Cond::In { column, cells, not } => {
                let kind = self.kind(*column);
                cells.iter().any(|wanted| kind.order(cell(*column), wanted).is_eq()) != *not
            }
            Cond::Null { column, not } => (*cell(*column) == Cell::Null) != *not,
            Cond::Has { column, text, start, not } => {
                let has = match cell(*column) {
                    Cell::Text(held) if *start => held.starts_with(text),
                    Cell::Text(held) => held.contains(text),
                    _ => false,
                };
                has != *not
            }
        }
    }

    fn order(&self, order: &[Order], one: &Row, other: &Row) -> Ordering {
        let columns = order.iter().map(|Order { column, descending }| {
            let (one, other) = (one.get(*column).unwrap_or(&Cell::Null), other.get(*column).unwrap_or(&Cell::Null));
            let order = self.kind(*column).order(one, other);
            if *descending { order.reverse() } else { order }
        });
        columns.into_iter().find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
    }

    fn kind(&self, at: usize) -> Kind {
        self.map.columns.get(at).map_or(Kind::Text, |column| column.kind)
    }

    fn taken(&self, columns: &[usize]) -> Failure {
        let names = columns.iter().filter_map(|at| self.map.columns.get(*at)).map(|column| column.name.clone());
        Failure::Taken(names.collect())
    }
}

/// The cells of these columns; none if one of them is nothing, which no two rows share.
fn cells(map: &TableMap, columns: &[usize], row: &[Cell]) -> Option<Key> {
    let cells = columns.iter().map(|at| match (map.columns.get(*at), row.get(*at)) {
        (Some(column), Some(cell)) if *cell != Cell::Null => Some((column.kind, cell.clone())),
        _ => None,
    });
    cells.collect::<Option<Vec<_>>>().map(Key)
}
