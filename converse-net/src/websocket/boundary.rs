//! Where frames begin and end (RFC 6455, section 5.2), watched from outside the codec.
//!
//! The codec does not say whether a message has begun, and counts no fragments. Both are needed:
//! a message that never becomes whole, and one of a million empty fragments, must end.

/// In how many fragments any message may come.
pub(super) const FRAGMENTS: u32 = 4_096;
/// A message may come in more of them if they have so many bytes on average.
const CRUMB: usize = 64;

/// Follows the bytes of one connection.
#[derive(Default)]
pub(super) struct Boundary {
    step: Step,
    /// Whether the frame at hand ends a message, and whether it is part of one.
    ends: bool,
    data: bool,
    /// How many frames the message at hand has so far.
    fragments: u32,
    /// How many bytes of payload it has so far.
    bytes: usize,
}

#[derive(Default, Clone, Copy, PartialEq, Eq)]
enum Step {
    /// Between two frames.
    #[default]
    First,
    /// At the byte that holds the masking bit and the length.
    Second,
    /// In a length of `left` more bytes, then the mask if there is one.
    Length { left: u8, value: u64, mask: u8 },
    /// In the payload, the mask counted with it.
    Payload { left: u64 },
}

impl Boundary {
    /// Takes the next bytes of the connection.
    pub(super) fn scan(&mut self, mut bytes: &[u8]) {
        while let Some((&byte, rest)) = bytes.split_first() {
            if let Step::Payload { left } = self.step {
                let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX).min(left);
                let taken = usize::try_from(length).unwrap_or(usize::MAX);
                bytes = bytes.get(taken..).unwrap_or_default();
                self.bytes = self.bytes.saturating_add(taken);
                self.payload(left - length);
            } else {
                self.header(byte);
                bytes = rest;
            }
        }
    }

    /// Whether a message has begun and is not whole.
    pub(super) fn partial(&self) -> bool {
        self.step != Step::First || self.fragments > 0
    }

    /// Whether the message at hand comes in more fragments than it has reason to: each of them costs, and an
    /// empty one costs its sender nothing.
    pub(super) fn is_crumbled(&self) -> bool {
        let fragments = usize::try_from(self.fragments).unwrap_or(usize::MAX);
        self.fragments > FRAGMENTS && self.bytes < fragments.saturating_mul(CRUMB)
    }

    /// How many bytes of the message at hand have come, controls between its frames counted with it.
    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }

    fn header(&mut self, byte: u8) {
        match self.step {
            Step::First => {
                self.ends = byte & 0x80 != 0;
                self.data = byte & 0x08 == 0;
                self.step = Step::Second;
            }
            Step::Second => {
                let mask = if byte & 0x80 == 0 { 0 } else { 4 };
                match byte & 0x7f {
                    126 => self.length(2, 0, mask),
                    127 => self.length(8, 0, mask),
                    short => self.length(0, u64::from(short), mask),
                }
            }
            Step::Length { left, value, mask } => {
                self.length(left - 1, value << 8 | u64::from(byte), mask);
            }
            Step::Payload { .. } => {}
        }
    }

    fn length(&mut self, left: u8, value: u64, mask: u8) {
        if left > 0 {
            self.step = Step::Length { left, value, mask };
        } else {
            self.payload(value.saturating_add(u64::from(mask)));
        }
    }

    fn payload(&mut self, left: u64) {
        if left > 0 {
            self.step = Step::Payload { left };
            return;
        }
        self.step = Step::First;
        if self.data {
            self.fragments = if self.ends { 0 } else { self.fragments.saturating_add(1) };
        }
        if self.fragments == 0 {
            self.bytes = 0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Boundary;

    const PING: &[u8] = &[0x89, 0x81, 1, 2, 3, 4, 0];

    fn fed(parts: &[&[u8]]) -> Boundary {
        let mut boundary = Boundary::default();
        for part in parts {
            boundary.scan(part);
        }
        boundary
    }

    #[test]
    fn a_whole_frame_is_not_partial_however_it_is_cut() {
        let frame = [0x81, 0x82, 1, 2, 3, 4, b'h', b'i'];
        for cut in 1..frame.len() {
            let (left, right) = frame.split_at(cut);
            assert!(fed(&[left]).partial(), "cut at {cut}");
            assert!(!fed(&[left, right]).partial(), "cut at {cut}");
        }
    }

    #[test]
    fn long_lengths_are_read() {
        let mut frame = vec![0x82, 0xfe, 0x01, 0x00, 0, 0, 0, 0];
        frame.extend([7; 256]);
        assert!(!fed(&[&frame]).partial());
        let mut frame = vec![0x82, 0x7f, 0, 0, 0, 0, 0, 1, 0, 0];
        frame.extend(vec![7; 65_536]);
        assert!(!fed(&[&frame]).partial());
        assert!(fed(&[&frame, &[0x81]]).partial());
    }

    #[test]
    fn fragments_stay_partial_across_control_frames() {
        let (begin, middle, end) = ([0x01, 0x80, 0, 0, 0, 0], [0x00, 0x80, 0, 0, 0, 0], [0x80, 0x80, 0, 0, 0, 0]);
        let boundary = fed(&[&begin, PING, &middle, PING]);
        assert!(boundary.partial());
        assert_eq!(boundary.fragments, 2);
        let boundary = fed(&[&begin, PING, &middle, &end]);
        assert!(!boundary.partial());
        assert_eq!(boundary.fragments, 0);
        assert!(!fed(&[PING, PING]).partial());
    }

    #[test]
    fn very_many_fragments_must_not_be_small() {
        let fragments = |count: usize, size: u8| {
            let mut frame = vec![0x00, size];
            frame.resize(2 + usize::from(size), 0);
            fed(&[&[0x01, 0], &frame.repeat(count)]).is_crumbled()
        };
        assert!(!fragments(4_095, 0) && fragments(4_096, 0));
        assert!(fragments(20_000, 63) && !fragments(20_000, 65));
    }

    #[test]
    fn a_length_beyond_all_measure_does_not_overflow() {
        let boundary = fed(&[&[0x81, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1, 2]]);
        assert!(boundary.partial());
    }
}
