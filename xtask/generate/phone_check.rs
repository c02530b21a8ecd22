//! Checks the phone numbers of its standard input, one a line: the number, or the number, a tab and a country.
//! Prints `OK` or the issue's code for each. `xtask/phone/compare.mjs` compares them with libphonenumber.

use cryptorefills_checkout::beneficiary::check_phone;
use std::io::{self, BufRead, BufWriter, Write};

fn main() -> io::Result<()> {
    let mut out = BufWriter::new(io::stdout().lock());
    for line in io::stdin().lock().lines() {
        let line = line?;
        let (number, country) = match line.split_once('\t') {
            Some((number, country)) => (number, Some(country)),
            None => (line.as_str(), None),
        };
        let answer = check_phone(number, country).map_or_else(|issue| issue.code(), |()| "OK");
        writeln!(out, "{answer}")?;
    }
    out.flush()
}
