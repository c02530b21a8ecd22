//! The words of JSON's grammar, where a text is read: by the tree's parser and by the scan of what is in order.

/// A place in a text. What it reads is `None` where the text is refused; reading stopped there.
#[derive(Clone, Copy, Debug)]
pub struct Reader<'t> {
    /// The text.
    pub text: &'t str,
    /// The place.
    pub at: usize,
    /// How many arrays and objects it is in.
    pub depth: usize,
}

impl<'t> Reader<'t> {
    /// The beginning of a text.
    pub fn new(text: &'t str) -> Reader<'t> {
        Reader { text, at: 0, depth: 0 }
    }

    /// The byte that comes next; 0 at the end, where no byte of the grammar's is.
    #[inline(always)]
    pub fn peek(&self) -> u8 {
        self.text.as_bytes().get(self.at).copied().unwrap_or(0)
    }

    /// Whether there is nothing more.
    pub fn is_over(&self) -> bool {
        self.at >= self.text.len()
    }

    /// Passes over a byte that has to be there.
    #[inline(always)]
    pub fn eat(&mut self, byte: u8) -> Option<()> {
        if self.peek() != byte {
            return None;
        }
        self.at += 1;
        Some(())
    }

    /// The bytes from a place to here.
    pub fn since(&self, start: usize) -> Option<&'t [u8]> {
        self.text.as_bytes().get(start..self.at)
    }

    /// Passes over white space. Most answers have none, so that looking for it is all there is to do here.
    #[inline(always)]
    pub fn skip_space(&mut self) {
        if self.peek() <= b' ' {
            self.skip_all_space();
        }
    }

    #[inline(never)]
    fn skip_all_space(&mut self) {
        while let b' ' | b'\t' | b'\n' | b'\r' = self.peek() {
            self.at += 1;
        }
    }

    /// Passes over what needs no escape in a string, eight bytes at a time, and gives what comes then.
    pub fn plain(&mut self) -> u8 {
        const ONES: u64 = u64::from_ne_bytes([1; 8]);
        while let Some(chunk) = self.text.as_bytes().get(self.at..).and_then(|rest| rest.first_chunk::<8>()) {
            let word = u64::from_le_bytes(*chunk);
            let (quote, slash) = (word ^ (ONES * 0x22), word ^ (ONES * 0x5c));
            // The lowest bit set is that of the first byte below a space, or that is a quote or a backslash.
            let found = ((word.wrapping_sub(ONES * 0x20) & !word)
                | (quote.wrapping_sub(ONES) & !quote)
                | (slash.wrapping_sub(ONES) & !slash))
                & (ONES * 0x80);
            if found != 0 {
                self.at += (found.trailing_zeros() / 8) as usize;
                return self.peek();
            }
            self.at += 8;
        }
        loop {
            match self.peek() {
                byte @ (0..=0x1f | b'"' | b'\\') => return byte,
                _ => self.at += 1,
            }
        }
    }

    /// What an escape stands for, from behind its backslash on.
    pub fn escape(&mut self) -> Option<char> {
        let c = match self.peek() {
            c @ (b'"' | b'\\' | b'/') => c,
            b'b' => 8,
            b'f' => 12,
            b'n' => b'\n',
            b'r' => b'\r',
            b't' => b'\t',
            b'u' => {
                self.at += 1;
                return self.code_point();
            }
            _ => return None,
        };
        self.at += 1;
        Some(char::from(c))
    }

    /// The four digits after `\u`, and the second half of a surrogate pair. A half without its other half
    /// becomes U+FFFD: engines send such text, and a name with a broken emoji must not lose an order.
    fn code_point(&mut self) -> Option<char> {
        let mut point = self.hex4()?;
        if (0xd800..0xdc00).contains(&point) {
            let after_first = self.at;
            if self.eat(b'\\').is_some() && self.eat(b'u').is_some() {
                let second = self.hex4()?;
                if (0xdc00..0xe000).contains(&second) {
                    point = 0x10000 + ((point - 0xd800) << 10) + (second - 0xdc00);
                }
            }
            if point < 0x10000 {
                self.at = after_first;
            }
        }
        Some(char::from_u32(point).unwrap_or('\u{fffd}'))
    }

    #[inline(never)]
    fn hex4(&mut self) -> Option<u32> {
        let mut value = 0;
        for _ in 0..4 {
            value = value << 4 | char::from(self.peek()).to_digit(16)?;
            self.at += 1;
        }
        Some(value)
    }

    fn digits(&mut self) -> Option<()> {
        let start = self.at;
        while self.peek().is_ascii_digit() {
            self.at += 1;
        }
        (self.at > start).then_some(())
    }

    /// A number without an exponent, as JSON has it, or with zeros in front; whether it has a point.
    pub fn plain_number(&mut self, zeros: bool) -> Option<bool> {
        let _ = self.eat(b'-');
        if zeros || self.eat(b'0').is_none() {
            self.digits()?;
        }
        let point = self.eat(b'.').is_some();
        if point {
            self.digits()?;
        }
        Some(point)
    }

    /// A number.
    pub fn number(&mut self) -> Option<()> {
        self.plain_number(false)?;
        if let b'e' | b'E' = self.peek() {
            self.at += 1;
            if let b'+' | b'-' = self.peek() {
                self.at += 1;
            }
            self.digits()?;
        }
        Some(())
    }

    /// `true`, `false` or `null`.
    pub fn word(&mut self) -> Option<&'static str> {
        let rest = self.text.get(self.at..)?;
        let word = ["true", "false", "null"].into_iter().find(|word| rest.starts_with(word))?;
        self.at += word.len();
        Some(word)
    }
}
