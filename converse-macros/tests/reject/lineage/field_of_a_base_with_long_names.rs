use converse::message;

#[message(abstract)]
struct WhateverIsWrittenDownInTheBooksOfTheHouseAndLookedAtByThoseWhoAuditThemOnceAYear {
    the_one_who_did_it_or_in_whose_name_it_was_done: String,
}

#[message(extends(WhateverIsWrittenDownInTheBooksOfTheHouseAndLookedAtByThoseWhoAuditThemOnceAYear))]
struct TransferBetweenTwoAccountsOfTheSameOwnerInAnotherCurrency {
    amount: u32,
}

fn main() {}
