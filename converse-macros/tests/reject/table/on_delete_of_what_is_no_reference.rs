use converse::table;

#[table]
struct Essay {
    #[field(primary_key)]
    title: String,
    #[field(on_delete = "cascade")]
    author: String,
}

fn main() {}
