//! How well a name fits what somebody has typed so far. Texts come folded: without case, diacritics and the
//! spellings that scripts have for the same letter (`npm/src/fold.js`).
//!
//! Matching is bit-parallel (Baeza-Yates and Gonnet; with errors, Wu and Manber; with transpositions, Hyyrö): a bit
//! for each letter typed, a handful of operations for each letter of a name, whatever there is to tolerate.

/// The whole name.
const EXACT: u8 = 0;
/// Its beginning.
const PREFIX: u8 = 1;
/// The beginning of a word in it.
const WORD: u8 = 2;
/// Somewhere in it.
const INSIDE: u8 = 3;
/// The beginning of a word, but for one error; the next rank is for two.
const ONE_ERROR: u8 = 4;
/// It does not fit.
pub const NOTHING: u8 = 6;

/// Between words, and between a name and the family behind it.
const SPACE: u16 = b' ' as u16;
const NEXT: u16 = b'\t' as u16;

/// A bit is a letter, and one more says that nothing is typed yet.
const MAX_LETTERS: usize = 31;

/// Appends a folded text: letters, with a space where words are apart.
pub fn push_key(key: &mut Vec<u16>, folded: &str) {
    let start = key.len();
    for character in folded.chars() {
        let mut letter = character as u16;
        // Katakana are written as hiragana.
        if let 0x30a1..=0x30f6 = letter {
            letter -= 0x60;
        }
        let is_letter = match letter {
            0..0x80 => (letter as u8).is_ascii_alphanumeric(),
            // Signs, general and Japanese punctuation, and the dot between katakana.
            0x80..=0xbf | 0x2000..=0x206f | 0x3000..=0x3004 | 0x3008..=0x3020 | 0x30fb | 0xfe00..=0xfe0f => {
                false
            }
            _ => true,
        };
        let letter = match letter {
            NEXT => NEXT,
            _ if is_letter => letter,
            _ => SPACE,
        };
        // Space after space, or before anything, is none.
        let after = key.get(start..).and_then(<[u16]>::last);
        if letter != SPACE || after.is_some_and(|after| *after > SPACE) {
            key.push(letter);
        }
    }
}

/// What was typed, whole and word for word.
pub struct Pattern {
    whole: Letters,
    words: Vec<Letters>,
}

impl Pattern {
    /// Takes a folded text.
    pub fn new(folded: &str) -> Pattern {
        let mut typed = Vec::new();
        push_key(&mut typed, folded);
        let words: Vec<Letters> = typed
            .split(|letter| *letter <= SPACE)
            .filter(|word| !word.is_empty())
            .map(Letters::new)
            .collect();
        Pattern { whole: Letters::new(&typed), words: if words.len() > 1 { words } else { Vec::new() } }
    }

    /// How well a key fits.
    pub fn rank(&self, key: &[u16]) -> u8 {
        let rank = self.whole.rank(key);
        if rank <= INSIDE || self.words.is_empty() {
            return rank;
        }
        // The words in another order: as good as the worst of them.
        let mut worst = WORD;
        for word in &self.words {
            worst = worst.max(word.rank(key));
            if worst == NOTHING {
                break;
            }
        }
        rank.min(worst)
    }
}

/// Letters typed, as the places in which each occurs.
struct Letters {
    length: usize,
    /// Open addressing by the letter's low bits; no place, no letter.
    places: [(u16, u32); 64],
}

impl Letters {
    fn new(typed: &[u16]) -> Letters {
        let mut letters = Letters { length: 0, places: [(0, 0); 64] };
        for letter in typed.iter().filter(|letter| **letter > SPACE).take(MAX_LETTERS) {
            let bit = 1 << letters.length;
            let slot = letters.slot(*letter);
            if let Some(places) = letters.places.get_mut(slot) {
                *places = (*letter, places.1 | bit);
            }
            letters.length += 1;
        }
        letters
    }

    fn slot(&self, letter: u16) -> usize {
        let mut slot = usize::from(letter);
        loop {
            slot &= 63;
            match self.places.get(slot) {
                Some((other, places)) if *places != 0 && *other != letter => slot += 1,
                _ => return slot,
            }
        }
    }

    #[inline(always)]
    fn places(&self, letter: u16) -> u32 {
        self.places.get(self.slot(letter)).map_or(0, |(_, places)| *places)
    }

    fn rank(&self, key: &[u16]) -> u8 {
        let Some(last) = self.length.checked_sub(1) else { return EXACT };
        let hit = 1u32 << last;
        let (mut begin, mut word, mut inside) = (0u32, 0u32, 0u32);
        let (mut at_begin, mut at_word) = (1u32, 1u32);
        let (mut best, mut found) = (NOTHING, 0u32);
        for (at, letter) in key.iter().enumerate() {
            if *letter <= SPACE {
                at_word = 1;
                at_begin = 0;
                continue;
            }
            let places = self.places(*letter);
            found |= places;
            begin = (begin << 1 | at_begin) & places;
            word = (word << 1 | at_word) & places;
            inside = (inside << 1 | 1) & places;
            (at_begin, at_word) = (0, 0);
            if inside & hit != 0 {
                if begin & hit != 0 {
                    let ends = key.get(at + 1).is_none_or(|next| *next == NEXT);
                    return if ends { EXACT } else { PREFIX };
                }
                best = best.min(if word & hit != 0 { WORD } else { INSIDE });
            }
        }
        // Every letter typed that is nowhere in the key is an error.
        let missing = last + 1 - found.count_ones() as usize;
        if best < NOTHING || missing > self.tolerated() { best } else { self.rank_with_errors(key) }
    }

    /// As many errors as leave no doubt what was meant.
    fn tolerated(&self) -> usize {
        match self.length {
            0..4 => 0,
            4..8 => 1,
            _ => 2,
        }
    }

    /// With errors: a letter too many, missing, another, or two swapped.
    fn rank_with_errors(&self, key: &[u16]) -> u8 {
        let tolerated = self.tolerated();
        let hit = 1u32 << self.length;
        // Bit n: the first n letters typed end here, with no, at most one, at most two errors.
        let [mut exact, mut one, mut two] = [0u32; 3];
        let [mut exact_before, mut one_before] = [0u32; 2];
        let mut places_before = 0;
        let mut at_word = true;
        let mut best = NOTHING;
        for letter in key {
            if *letter <= SPACE {
                at_word = true;
                continue;
            }
            if at_word {
                exact |= 1;
                one |= 3;
                two |= 7;
                at_word = false;
            }
            let places = self.places(*letter);
            let swapped = places & places_before >> 1;
            let (exact_now, one_now) = (exact, one);
            exact = (exact & places) << 1;
            one =
                (one & places) << 1 | exact_now << 1 | exact_now | exact << 1 | (exact_before & swapped) << 2;
            two = (two & places) << 1 | one_now << 1 | one_now | one << 1 | (one_before & swapped) << 2;
            (exact_before, one_before, places_before) = (exact_now, one_now, places);
            if one & hit != 0 && tolerated > 0 {
                return ONE_ERROR;
            }
            if two & hit != 0 && tolerated > 1 {
                best = ONE_ERROR + 1;
            }
        }
        best
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn key(folded: &str) -> Vec<u16> {
        let mut key = Vec::new();
        push_key(&mut key, folded);
        key
    }

    fn rank(typed: &str, name: &str) -> u8 {
        Pattern::new(typed).rank(&key(name))
    }

    #[test]
    fn the_whole_name_then_its_beginning_then_a_word_then_anywhere() {
        assert_eq!(rank("amazon", "amazon"), EXACT);
        assert_eq!(rank("amazon", "amazon\tother"), EXACT);
        assert_eq!(rank("ama", "amazon"), PREFIX);
        assert_eq!(rank("ama", "the amazon"), WORD);
        assert_eq!(rank("azon", "amazon"), INSIDE);
        assert_eq!(rank("", "amazon"), EXACT);
        assert_eq!(rank("ebay", "amazon"), NOTHING);
        // The family counts as a word.
        assert_eq!(rank("amazon", "prime video\tamazon"), WORD);
    }

    #[test]
    fn spaces_and_signs_are_no_letters() {
        assert_eq!(rank("app store", "appstore"), EXACT);
        assert_eq!(rank("appstore", "app store & itunes"), PREFIX);
        assert_eq!(rank("h & m", "h&m"), EXACT);
        assert_eq!(rank("  steam ", "steam"), EXACT);
    }

    #[test]
    fn words_in_another_order_fit() {
        assert_eq!(rank("card amazon", "amazon gift card"), WORD);
        assert_eq!(rank("card ebay", "amazon gift card"), NOTHING);
        assert_eq!(rank("crad amazon", "amazon gift card"), ONE_ERROR);
    }

    #[test]
    fn slips_of_the_finger_fit_but_not_in_three_letters() {
        for typed in ["amzaon", "amazn", "amazoon", "amaxon", "mazon", "netfilx"] {
            let name = if typed.starts_with('n') { "netflix" } else { "the amazon shop" };
            assert!(matches!(rank(typed, name), ONE_ERROR | INSIDE), "{typed}");
        }
        assert_eq!(rank("playstatoin netwrok", "playstation network"), ONE_ERROR);
        assert_eq!(rank("plsystatoin", "playstation network"), ONE_ERROR + 1);
        assert_eq!(rank("amx", "amazon"), NOTHING);
        assert_eq!(rank("amxxon", "amazon"), NOTHING);
    }

    #[test]
    fn katakana_and_hiragana_are_the_same() {
        assert_eq!(rank("にんてん", "ニンテンドー"), PREFIX);
        assert_eq!(rank("天堂", "任天堂"), INSIDE);
    }

    #[test]
    fn what_is_too_long_is_cut() {
        let long = "abcdefghij".repeat(5);
        assert_eq!(rank(&long, &long), PREFIX);
        assert_eq!(rank(&"a".repeat(31), &"a".repeat(31)), EXACT);
    }

    /// The letters without spaces, and where words begin.
    fn plain(name: &str) -> (Vec<char>, Vec<usize>) {
        let (mut letters, mut starts) = (Vec::new(), Vec::new());
        for word in name.split_whitespace() {
            starts.push(letters.len());
            letters.extend(word.chars());
        }
        (letters, starts)
    }

    /// The fewest errors with which the typed letters begin the text (optimal string alignment).
    fn errors(typed: &[char], text: &[char]) -> usize {
        let mut table = vec![vec![0; text.len() + 1]; typed.len() + 1];
        for i in 0..=typed.len() {
            for j in 0..=text.len() {
                table[i][j] = if i == 0 || j == 0 {
                    i + j
                } else {
                    let same = usize::from(typed[i - 1] != text[j - 1]);
                    let mut least =
                        (table[i - 1][j] + 1).min(table[i][j - 1] + 1).min(table[i - 1][j - 1] + same);
                    if i > 1 && j > 1 && typed[i - 1] == text[j - 2] && typed[i - 2] == text[j - 1] {
                        least = least.min(table[i - 2][j - 2] + 1);
                    }
                    least
                };
            }
        }
        *table[typed.len()].iter().min().unwrap()
    }

    fn slow_rank(typed: &str, name: &str) -> u8 {
        let (letters, starts) = plain(name);
        let typed: Vec<char> = typed.chars().collect();
        let at = |start: usize| letters[start..].starts_with(&typed);
        if letters == typed {
            EXACT
        } else if at(0) {
            PREFIX
        } else if starts.iter().any(|start| at(*start)) {
            WORD
        } else if (0..=letters.len()).any(at) {
            INSIDE
        } else {
            let least = starts.iter().map(|start| errors(&typed, &letters[*start..])).min().unwrap_or(9);
            match (least, typed.len()) {
                (1, 4..) => ONE_ERROR,
                (2, 8..) => ONE_ERROR + 1,
                _ => NOTHING,
            }
        }
    }

    proptest! {
        #[test]
        fn bits_say_what_a_table_says(typed in "[abcé]{1,12}", name in "[abcé]{1,9}( [abcé]{1,9}){0,2}") {
            prop_assert_eq!(rank(&typed, &name), slow_rank(&typed, &name));
        }
    }
}
