//! The names that the class model itself looks up. They are Python's, so that no member of a program's own
//! is taken for one of them by accident.

pub(super) const ABSTRACT: &str = "__isabstractmethod__";
pub(super) const ANNOTATIONS: &str = "__annotations__";
pub(super) const BOOL: &str = "__bool__";
pub(super) const CALL: &str = "__call__";
pub(super) const CLASS_GETITEM: &str = "__class_getitem__";
pub(super) const CONTAINS: &str = "__contains__";
pub(super) const DOC: &str = "__doc__";
pub(super) const GETITEM: &str = "__getitem__";
pub(super) const INIT: &str = "__init__";
pub(super) const INIT_SUBCLASS: &str = "__init_subclass__";
pub(super) const INSTANCE_CHECK: &str = "__instancecheck__";
pub(super) const IS_PROTOCOL: &str = "_is_protocol";
pub(super) const IS_RUNTIME_PROTOCOL: &str = "_is_runtime_protocol";
pub(super) const ITER: &str = "__iter__";
pub(super) const LEN: &str = "__len__";
pub(super) const MODULE: &str = "__module__";
pub(super) const MRO_ENTRIES: &str = "__mro_entries__";
pub(super) const NEW: &str = "__new__";
pub(super) const ORIGINAL_BASES: &str = "__orig_bases__";
pub(super) const PREPARE: &str = "__prepare__";
pub(super) const QUALNAME: &str = "__qualname__";
pub(super) const REPR: &str = "__repr__";
pub(super) const SET_NAME: &str = "__set_name__";
pub(super) const SLOTS: &str = "__slots__";
pub(super) const SUBCLASS_CHECK: &str = "__subclasscheck__";
pub(super) const SUBCLASS_HOOK: &str = "__subclasshook__";
