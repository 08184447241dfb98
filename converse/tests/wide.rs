//! Classes of 1, 64, 65 and 300 fields: what was seen of a record is remembered beyond one word of bits.

#![allow(missing_docs, clippy::unwrap_used)]

use converse::{AnyMessage, MsgPack, from_format, message, to_format, value};

#[rustfmt::skip]
#[message]
#[derive(Debug, PartialEq)]
struct One {
    f0: Option<u16>,
}

#[rustfmt::skip]
#[message]
#[derive(Debug, PartialEq)]
struct SixtyFour {
    f0: Option<u16>, f1: Option<u16>, f2: Option<u16>, f3: Option<u16>, f4: Option<u16>, f5: Option<u16>, f6: Option<u16>, f7: Option<u16>, f8: Option<u16>, f9: Option<u16>,
    f10: Option<u16>, f11: Option<u16>, f12: Option<u16>, f13: Option<u16>, f14: Option<u16>, f15: Option<u16>, f16: Option<u16>, f17: Option<u16>, f18: Option<u16>, f19: Option<u16>,
    f20: Option<u16>, f21: Option<u16>, f22: Option<u16>, f23: Option<u16>, f24: Option<u16>, f25: Option<u16>, f26: Option<u16>, f27: Option<u16>, f28: Option<u16>, f29: Option<u16>,
    f30: Option<u16>, f31: Option<u16>, f32: Option<u16>, f33: Option<u16>, f34: Option<u16>, f35: Option<u16>, f36: Option<u16>, f37: Option<u16>, f38: Option<u16>, f39: Option<u16>,
    f40: Option<u16>, f41: Option<u16>, f42: Option<u16>, f43: Option<u16>, f44: Option<u16>, f45: Option<u16>, f46: Option<u16>, f47: Option<u16>, f48: Option<u16>, f49: Option<u16>,
    f50: Option<u16>, f51: Option<u16>, f52: Option<u16>, f53: Option<u16>, f54: Option<u16>, f55: Option<u16>, f56: Option<u16>, f57: Option<u16>, f58: Option<u16>, f59: Option<u16>,
    f60: Option<u16>, f61: Option<u16>, f62: Option<u16>, f63: Option<u16>,
}

#[rustfmt::skip]
#[message]
#[derive(Debug, PartialEq)]
struct SixtyFive {
    f0: Option<u16>, f1: Option<u16>, f2: Option<u16>, f3: Option<u16>, f4: Option<u16>, f5: Option<u16>, f6: Option<u16>, f7: Option<u16>, f8: Option<u16>, f9: Option<u16>,
    f10: Option<u16>, f11: Option<u16>, f12: Option<u16>, f13: Option<u16>, f14: Option<u16>, f15: Option<u16>, f16: Option<u16>, f17: Option<u16>, f18: Option<u16>, f19: Option<u16>,
    f20: Option<u16>, f21: Option<u16>, f22: Option<u16>, f23: Option<u16>, f24: Option<u16>, f25: Option<u16>, f26: Option<u16>, f27: Option<u16>, f28: Option<u16>, f29: Option<u16>,
    f30: Option<u16>, f31: Option<u16>, f32: Option<u16>, f33: Option<u16>, f34: Option<u16>, f35: Option<u16>, f36: Option<u16>, f37: Option<u16>, f38: Option<u16>, f39: Option<u16>,
    f40: Option<u16>, f41: Option<u16>, f42: Option<u16>, f43: Option<u16>, f44: Option<u16>, f45: Option<u16>, f46: Option<u16>, f47: Option<u16>, f48: Option<u16>, f49: Option<u16>,
    f50: Option<u16>, f51: Option<u16>, f52: Option<u16>, f53: Option<u16>, f54: Option<u16>, f55: Option<u16>, f56: Option<u16>, f57: Option<u16>, f58: Option<u16>, f59: Option<u16>,
    f60: Option<u16>, f61: Option<u16>, f62: Option<u16>, f63: Option<u16>, f64: Option<u16>,
}

#[rustfmt::skip]
#[message]
#[derive(Debug, PartialEq)]
struct ThreeHundred {
    f0: Option<u16>, f1: Option<u16>, f2: Option<u16>, f3: Option<u16>, f4: Option<u16>, f5: Option<u16>, f6: Option<u16>, f7: Option<u16>, f8: Option<u16>, f9: Option<u16>,
    f10: Option<u16>, f11: Option<u16>, f12: Option<u16>, f13: Option<u16>, f14: Option<u16>, f15: Option<u16>, f16: Option<u16>, f17: Option<u16>, f18: Option<u16>, f19: Option<u16>,
    f20: Option<u16>, f21: Option<u16>, f22: Option<u16>, f23: Option<u16>, f24: Option<u16>, f25: Option<u16>, f26: Option<u16>, f27: Option<u16>, f28: Option<u16>, f29: Option<u16>,
    f30: Option<u16>, f31: Option<u16>, f32: Option<u16>, f33: Option<u16>, f34: Option<u16>, f35: Option<u16>, f36: Option<u16>, f37: Option<u16>, f38: Option<u16>, f39: Option<u16>,
    f40: Option<u16>, f41: Option<u16>, f42: Option<u16>, f43: Option<u16>, f44: Option<u16>, f45: Option<u16>, f46: Option<u16>, f47: Option<u16>, f48: Option<u16>, f49: Option<u16>,
    f50: Option<u16>, f51: Option<u16>, f52: Option<u16>, f53: Option<u16>, f54: Option<u16>, f55: Option<u16>, f56: Option<u16>, f57: Option<u16>, f58: Option<u16>, f59: Option<u16>,
    f60: Option<u16>, f61: Option<u16>, f62: Option<u16>, f63: Option<u16>, f64: Option<u16>, f65: Option<u16>, f66: Option<u16>, f67: Option<u16>, f68: Option<u16>, f69: Option<u16>,
    f70: Option<u16>, f71: Option<u16>, f72: Option<u16>, f73: Option<u16>, f74: Option<u16>, f75: Option<u16>, f76: Option<u16>, f77: Option<u16>, f78: Option<u16>, f79: Option<u16>,
    f80: Option<u16>, f81: Option<u16>, f82: Option<u16>, f83: Option<u16>, f84: Option<u16>, f85: Option<u16>, f86: Option<u16>, f87: Option<u16>, f88: Option<u16>, f89: Option<u16>,
    f90: Option<u16>, f91: Option<u16>, f92: Option<u16>, f93: Option<u16>, f94: Option<u16>, f95: Option<u16>, f96: Option<u16>, f97: Option<u16>, f98: Option<u16>, f99: Option<u16>,
    f100: Option<u16>, f101: Option<u16>, f102: Option<u16>, f103: Option<u16>, f104: Option<u16>, f105: Option<u16>, f106: Option<u16>, f107: Option<u16>, f108: Option<u16>, f109: Option<u16>,
    f110: Option<u16>, f111: Option<u16>, f112: Option<u16>, f113: Option<u16>, f114: Option<u16>, f115: Option<u16>, f116: Option<u16>, f117: Option<u16>, f118: Option<u16>, f119: Option<u16>,
    f120: Option<u16>, f121: Option<u16>, f122: Option<u16>, f123: Option<u16>, f124: Option<u16>, f125: Option<u16>, f126: Option<u16>, f127: Option<u16>, f128: Option<u16>, f129: Option<u16>,
    f130: Option<u16>, f131: Option<u16>, f132: Option<u16>, f133: Option<u16>, f134: Option<u16>, f135: Option<u16>, f136: Option<u16>, f137: Option<u16>, f138: Option<u16>, f139: Option<u16>,
    f140: Option<u16>, f141: Option<u16>, f142: Option<u16>, f143: Option<u16>, f144: Option<u16>, f145: Option<u16>, f146: Option<u16>, f147: Option<u16>, f148: Option<u16>, f149: Option<u16>,
    f150: Option<u16>, f151: Option<u16>, f152: Option<u16>, f153: Option<u16>, f154: Option<u16>, f155: Option<u16>, f156: Option<u16>, f157: Option<u16>, f158: Option<u16>, f159: Option<u16>,
    f160: Option<u16>, f161: Option<u16>, f162: Option<u16>, f163: Option<u16>, f164: Option<u16>, f165: Option<u16>, f166: Option<u16>, f167: Option<u16>, f168: Option<u16>, f169: Option<u16>,
    f170: Option<u16>, f171: Option<u16>, f172: Option<u16>, f173: Option<u16>, f174: Option<u16>, f175: Option<u16>, f176: Option<u16>, f177: Option<u16>, f178: Option<u16>, f179: Option<u16>,
    f180: Option<u16>, f181: Option<u16>, f182: Option<u16>, f183: Option<u16>, f184: Option<u16>, f185: Option<u16>, f186: Option<u16>, f187: Option<u16>, f188: Option<u16>, f189: Option<u16>,
    f190: Option<u16>, f191: Option<u16>, f192: Option<u16>, f193: Option<u16>, f194: Option<u16>, f195: Option<u16>, f196: Option<u16>, f197: Option<u16>, f198: Option<u16>, f199: Option<u16>,
    f200: Option<u16>, f201: Option<u16>, f202: Option<u16>, f203: Option<u16>, f204: Option<u16>, f205: Option<u16>, f206: Option<u16>, f207: Option<u16>, f208: Option<u16>, f209: Option<u16>,
    f210: Option<u16>, f211: Option<u16>, f212: Option<u16>, f213: Option<u16>, f214: Option<u16>, f215: Option<u16>, f216: Option<u16>, f217: Option<u16>, f218: Option<u16>, f219: Option<u16>,
    f220: Option<u16>, f221: Option<u16>, f222: Option<u16>, f223: Option<u16>, f224: Option<u16>, f225: Option<u16>, f226: Option<u16>, f227: Option<u16>, f228: Option<u16>, f229: Option<u16>,
    f230: Option<u16>, f231: Option<u16>, f232: Option<u16>, f233: Option<u16>, f234: Option<u16>, f235: Option<u16>, f236: Option<u16>, f237: Option<u16>, f238: Option<u16>, f239: Option<u16>,
    f240: Option<u16>, f241: Option<u16>, f242: Option<u16>, f243: Option<u16>, f244: Option<u16>, f245: Option<u16>, f246: Option<u16>, f247: Option<u16>, f248: Option<u16>, f249: Option<u16>,
    f250: Option<u16>, f251: Option<u16>, f252: Option<u16>, f253: Option<u16>, f254: Option<u16>, f255: Option<u16>, f256: Option<u16>, f257: Option<u16>, f258: Option<u16>, f259: Option<u16>,
    f260: Option<u16>, f261: Option<u16>, f262: Option<u16>, f263: Option<u16>, f264: Option<u16>, f265: Option<u16>, f266: Option<u16>, f267: Option<u16>, f268: Option<u16>, f269: Option<u16>,
    f270: Option<u16>, f271: Option<u16>, f272: Option<u16>, f273: Option<u16>, f274: Option<u16>, f275: Option<u16>, f276: Option<u16>, f277: Option<u16>, f278: Option<u16>, f279: Option<u16>,
    f280: Option<u16>, f281: Option<u16>, f282: Option<u16>, f283: Option<u16>, f284: Option<u16>, f285: Option<u16>, f286: Option<u16>, f287: Option<u16>, f288: Option<u16>, f289: Option<u16>,
    f290: Option<u16>, f291: Option<u16>, f292: Option<u16>, f293: Option<u16>, f294: Option<u16>, f295: Option<u16>, f296: Option<u16>, f297: Option<u16>, f298: Option<u16>, f299: Option<u16>,
}

/// Wide records within wide records: each has its own memory, and gives it back.
#[message]
#[derive(Debug, PartialEq)]
struct Nested {
    first: Vec<Wide>,
    second: Option<Wide>,
}

#[rustfmt::skip]
#[value]
#[derive(Debug, PartialEq)]
struct Wide {
    f0: Option<u16>, f1: Option<u16>, f2: Option<u16>, f3: Option<u16>, f4: Option<u16>, f5: Option<u16>, f6: Option<u16>, f7: Option<u16>, f8: Option<u16>, f9: Option<u16>,
    f10: Option<u16>, f11: Option<u16>, f12: Option<u16>, f13: Option<u16>, f14: Option<u16>, f15: Option<u16>, f16: Option<u16>, f17: Option<u16>, f18: Option<u16>, f19: Option<u16>,
    f20: Option<u16>, f21: Option<u16>, f22: Option<u16>, f23: Option<u16>, f24: Option<u16>, f25: Option<u16>, f26: Option<u16>, f27: Option<u16>, f28: Option<u16>, f29: Option<u16>,
    f30: Option<u16>, f31: Option<u16>, f32: Option<u16>, f33: Option<u16>, f34: Option<u16>, f35: Option<u16>, f36: Option<u16>, f37: Option<u16>, f38: Option<u16>, f39: Option<u16>,
    f40: Option<u16>, f41: Option<u16>, f42: Option<u16>, f43: Option<u16>, f44: Option<u16>, f45: Option<u16>, f46: Option<u16>, f47: Option<u16>, f48: Option<u16>, f49: Option<u16>,
    f50: Option<u16>, f51: Option<u16>, f52: Option<u16>, f53: Option<u16>, f54: Option<u16>, f55: Option<u16>, f56: Option<u16>, f57: Option<u16>, f58: Option<u16>, f59: Option<u16>,
    f60: Option<u16>, f61: Option<u16>, f62: Option<u16>, f63: Option<u16>, f64: Option<u16>, f65: Option<u16>, f66: Option<u16>, f67: Option<u16>, f68: Option<u16>, f69: Option<u16>,
}

/// A body with these fields, each with its own number for a value.
fn body(fields: impl Iterator<Item = usize>) -> String {
    let members: Vec<String> = fields.map(|at| format!("\"f{at}\":{at}")).collect();
    format!("{{{}}}", members.join(","))
}

macro_rules! check {
    ($class:ident, $count:literal) => {{
        let name = stringify!($class);
        let read = |body: &str| $class::from_json(&format!("{{\"{name}\":{body}}}"));
        let message = read(&body(0..$count)).unwrap();
        assert_eq!(message.to_json().unwrap(), format!("{{\"{name}\":{}}}", body(0..$count)));
        assert_eq!(read(&body((0..$count).rev())).unwrap(), message, "in another order");
        let packed = to_format(&message, &MsgPack).unwrap();
        assert_eq!(from_format::<$class>(&packed, &MsgPack).unwrap(), message);
        // A field that stands twice is refused, whichever it is.
        for twice in [0, $count / 2, $count - 1] {
            let doubled = body((0..$count).chain([twice]));
            let fault = read(&doubled).unwrap_err();
            let found: Vec<_> = fault.errors.iter().map(|issue| (issue.pointer.clone(), &*issue.rule)).collect();
            assert_eq!(found, [(format!("/f{twice}"), "duplicate_key")]);
            assert_eq!(AnyMessage::from_json(&format!("{{\"{name}\":{doubled}}}")).unwrap_err(), fault);
        }
    }};
}

#[test]
fn records_of_any_width() {
    check!(One, 1);
    check!(SixtyFour, 64);
    check!(SixtyFive, 65);
    check!(ThreeHundred, 300);
}

#[test]
fn wide_records_within_wide_records() {
    let wide = body(0..70);
    let text = format!("{{\"Nested\":{{\"first\":[{wide},{wide},{{}}],\"second\":{wide}}}}}");
    let nested = Nested::from_json(&text).unwrap();
    assert_eq!((nested.first.len(), nested.second.as_ref()), (3, nested.first.first()));
    let twice = text.replace("[{\"f0\":0,", "[{\"f69\":1,\"f0\":0,");
    let fault = Nested::from_json(&twice).unwrap_err();
    let found: Vec<_> = fault.errors.iter().map(|issue| issue.pointer.as_str()).collect();
    assert_eq!(found, ["/first/0/f69"]);
}
