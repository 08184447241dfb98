//! Messages in no order.

/// How many messages a mix has.
const LENGTH: usize = 8_192;

/// So many of these messages at random, the same in every run.
pub fn random<'m>(messages: impl Iterator<Item = &'m &'m str>) -> Vec<Vec<u8>> {
    let messages: Vec<&&str> = messages.collect();
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut next = || {
        // Marsaglia's xorshift: enough to be unforeseeable for a branch predictor.
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    };
    (0..LENGTH).map(|_| messages[(next() % messages.len() as u64) as usize].as_bytes().to_vec()).collect()
}
