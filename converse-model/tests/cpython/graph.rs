//! Graphs of chance: classes, metaclasses, protocols, registrations, changes, and questions about all of them.

/// Numbers of chance (splitmix64).
pub(crate) struct Chance(u64);

impl Chance {
    pub(crate) fn new(seed: u64) -> Chance {
        Chance(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next() % bound as u64).unwrap_or(0)
    }

    /// True in so many of a hundred cases.
    fn often(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    fn one<'a, T: ?Sized>(&mut self, of: &[&'a T]) -> &'a T {
        of[self.below(of.len())]
    }

    fn pick(&mut self, of: &[String]) -> String {
        of[self.below(of.len())].clone()
    }
}

/// What there is so far, and the lines that made it.
pub(crate) struct Graph {
    chance: Chance,
    pub(crate) lines: Vec<String>,
    metas: Vec<String>,
    classes: Vec<String>,
    /// Those that were made to have a `register`.
    abcs: Vec<String>,
    protocols: Vec<String>,
    instances: Vec<String>,
}

const MEMBERS: [&str; 5] = ["a", "b", "close", "name", "flag"];
const BUILTINS: [&str; 6] = ["int", "bool", "float", "str", "tuple", "NoneType"];
/// Those that are derived from: in Python, `int` and `tuple` lay out what derives from them in a way of their own.
const BASES: [&str; 4] = ["float", "str", "bool", "NoneType"];
const OBJECTS: [&str; 7] = ["1", "True", "2.5", "'s'", "()", "[]", "None"];

impl Graph {
    /// A graph's lines, each a step.
    pub(crate) fn lines(chance: Chance) -> Vec<String> {
        let mut graph = Graph {
            chance,
            lines: vec!["fresh".into()],
            metas: vec!["type".into(), "ABCMeta".into()],
            classes: vec!["object".into()],
            abcs: vec![],
            protocols: vec![],
            instances: vec![],
        };
        for _ in 0..graph.chance.below(4) {
            graph.meta();
        }
        let size = 3 + graph.chance.below(9);
        while graph.classes.len() < size {
            graph.class();
            if graph.chance.often(30) {
                graph.ask();
            }
        }
        for _ in 0..12 + graph.chance.below(20) {
            if graph.chance.often(40) {
                graph.alter();
            }
            graph.ask();
        }
        graph.lines
    }

    fn say(&mut self, parts: &[&str]) {
        self.lines.push(parts.join("\t"));
    }

    fn meta(&mut self) {
        let name = format!("M{}", self.metas.len());
        let mut bases = vec![self.chance.pick(&self.metas)];
        if self.chance.often(25) {
            bases.push(self.chance.pick(&self.metas));
        }
        let check = self.chance.one(&["", "", "", "subclass:B", "instance:flag"]);
        self.say(&["meta", &name, &bases.join(","), check]);
        self.metas.push(name);
    }

    fn class(&mut self) {
        let letter = self.chance.one(&["A", "B", "C"]);
        let name = format!("{letter}{}", self.lines.len());
        let is_protocol = self.chance.often(22);
        let is_abc = !is_protocol && self.chance.often(40);
        let mut bases: Vec<String> = Vec::new();
        for _ in 0..self.chance.below(4) {
            let base = match self.chance.below(20) {
                0 => self.chance.one(&BASES).to_owned(),
                1..=5 if is_protocol && !self.protocols.is_empty() => self.chance.pick(&self.protocols),
                _ => self.chance.pick(&self.classes),
            };
            // The same base twice is an error worth few lines.
            if !bases.contains(&base) || self.chance.often(5) {
                bases.push(base);
            }
        }
        if is_protocol {
            bases.retain(|base| base != "object");
            bases.push("Protocol".into());
        } else if is_abc && self.chance.often(50) {
            bases.retain(|base| base != "object");
            bases.push("ABC".into());
        } else if bases.len() > 1 && self.chance.often(90) {
            bases.retain(|base| base != "object");
        }
        let metaclass = match self.chance.below(10) {
            0 | 1 => self.chance.pick(&self.metas),
            2..=4 if is_abc => "ABCMeta".into(),
            _ => String::new(),
        };
        let body = self.body(is_protocol, is_abc);
        self.say(&["class", &name, &bases.join(","), &metaclass, &body]);
        if is_protocol {
            if self.chance.often(70) {
                self.say(&["runtime", &name]);
            }
            self.protocols.push(name.clone());
        }
        if is_abc || is_protocol {
            self.abcs.push(name.clone());
        }
        self.classes.push(name);
    }

    fn body(&mut self, is_protocol: bool, is_abc: bool) -> String {
        let mut parts = Vec::new();
        let mut names = MEMBERS.to_vec();
        for _ in 0..self.chance.below(3) {
            let name = names.remove(self.chance.below(names.len()));
            let kinds: &[&str] = match () {
                () if is_protocol => &["function", "function", "abstract", "annotation", "one", "none"],
                () if is_abc => &["abstract", "abstract", "function", "one"],
                () => &["function", "one", "none", "annotation", "property", "failing", "classmethod", "static"],
            };
            parts.push(format!("{name}={}", self.chance.one(kinds)));
        }
        if self.chance.often(if is_abc { 40 } else { 6 }) {
            parts.push(format!("__subclasshook__=hook:{}", self.hook()));
        }
        if !is_protocol && self.chance.often(8) {
            parts.push("__slots__=slots:s,t".into());
        }
        parts.join(";")
    }

    fn hook(&mut self) -> String {
        match self.chance.below(8) {
            0 => "named:B".into(),
            1 => format!("has:{}", self.chance.one(&MEMBERS)),
            2 => "unlike:7".into(),
            3 => format!("below:{}", self.chance.pick(&self.classes)),
            4 => "fails:9".into(),
            5 => "odd:5".into(),
            6 => "like".into(),
            _ => "says-nothing".into(),
        }
    }

    /// A later change.
    fn alter(&mut self) {
        let class = self.chance.pick(&self.classes);
        let name = self.chance.one(&MEMBERS);
        match self.chance.below(12) {
            0..=2 if !self.abcs.is_empty() => {
                let abc = self.chance.pick(&self.abcs);
                let other = if self.chance.often(15) { self.chance.one(&BUILTINS).to_owned() } else { class };
                self.say(&["register", &abc, &other]);
            }
            0..=5 => {
                let kind = self.chance.one(&["function", "one", "none", "delete", "abstract", "property"]);
                self.say(&["change", &class, name, kind]);
            }
            6 if !self.abcs.is_empty() => {
                let abc = self.chance.pick(&self.abcs);
                let hook = format!("hook:{}", self.hook());
                self.say(&["change", &abc, "__subclasshook__", &hook]);
            }
            7 | 8 => {
                let instance = format!("i{}", self.lines.len());
                self.say(&["instance", &instance, &class]);
                self.instances.push(instance);
            }
            9 | 10 if !self.instances.is_empty() => {
                let instance = self.chance.pick(&self.instances);
                let kind = self.chance.one(&["one", "none", "delete", "function"]);
                self.say(&["change", &instance, name, kind]);
            }
            11 => self.say(&["update", &class]),
            _ => self.class(),
        }
    }

    fn ask(&mut self) {
        let class = self.chance.pick(&self.classes);
        let mut others = vec![self.chance.pick(&self.classes)];
        if !self.protocols.is_empty() && self.chance.often(30) {
            others = vec![self.chance.pick(&self.protocols)];
        }
        while self.chance.often(15) {
            others.push(self.chance.pick(&self.classes));
        }
        let others = others.join(",");
        match self.chance.below(16) {
            0 => self.say(&["mro", &class]),
            1 => self.say(&["abstract", &class]),
            2 if class != "object" => self.say(&["below", &class]),
            3 => {
                let object = self.chance.one(&OBJECTS);
                self.say(&["isinstance", object, &others]);
            }
            4..=7 if !self.instances.is_empty() => {
                let instance = self.chance.pick(&self.instances);
                self.say(&["isinstance", &instance, &others]);
            }
            14 => {
                let name = self.chance.one(&MEMBERS);
                self.say(&["get", &class, name]);
            }
            15 if !self.instances.is_empty() => {
                let (instance, name) = (self.chance.pick(&self.instances), self.chance.one(&MEMBERS));
                self.say(&["get", &instance, name]);
            }
            4 => self.say(&["isinstance", &class, &others]),
            5 => {
                let builtin = self.chance.one(&BUILTINS);
                self.say(&["issubclass", builtin, &others]);
            }
            _ => self.say(&["issubclass", &class, &others]),
        }
    }
}
