#[converse::message]
#[derive(serde::Serialize, serde::Deserialize)]
struct Order {
    #[serde(flatten)]
    rest: std::collections::BTreeMap<String, String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<String>,
    #[serde(with = "module")]
    sku: String,
}

fn main() {}
