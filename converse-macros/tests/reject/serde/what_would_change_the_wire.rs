#[converse::message]
#[derive(serde::Serialize, serde::Deserialize)]
struct Order {
    #[serde(flatten)]
    rest: std::collections::BTreeMap<String, String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    notes: Vec<String>,
    #[serde(with = "module")]
    sku: String,
}

fn main() {}
