//! The six variants of a brand's logo.
//!
//! Source: the API reference, section 3.

use crate::json::Value;
use crate::text;

/// How large the picture is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogoSize {
    /// As uploaded.
    Original,
    /// 500 × 318 pixels.
    Large,
    /// 300 × 190 pixels.
    Small,
}

/// The picture's format; the API reference recommends WebP.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogoFormat {
    /// WebP.
    Webp,
    /// JPEG.
    Jpg,
}

impl LogoSize {
    /// From `original`, `500x318` or `300x190`.
    pub fn from_name(name: &str) -> Option<LogoSize> {
        match name {
            "original" => Some(LogoSize::Original),
            "500x318" => Some(LogoSize::Large),
            "300x190" => Some(LogoSize::Small),
            _ => None,
        }
    }
}

impl LogoFormat {
    /// From `webp` or `jpg`.
    pub fn from_name(name: &str) -> Option<LogoFormat> {
        match name {
            "webp" => Some(LogoFormat::Webp),
            "jpg" => Some(LogoFormat::Jpg),
            _ => None,
        }
    }
}

/// The URL of a brand's logo in a size and format; its default logo where it has no variants, `None` where it
/// has no logo. Only `http:` and `https:` URLs come back, so that the result can go into a page.
pub fn logo_url(brand: &Value, size: LogoSize, format: LogoFormat) -> Option<String> {
    let url =
        |name| brand.text_at(name).filter(|url| url.starts_with("https://") || url.starts_with("http://"));
    let Some(base) = url("logo_base_url") else { return url("logo_url").map(str::to_owned) };
    let size = match size {
        LogoSize::Original => "",
        LogoSize::Large => "_500x318",
        LogoSize::Small => "_300x190",
    };
    let format = match format {
        LogoFormat::Webp => ".webp",
        LogoFormat::Jpg => ".jpg",
    };
    Some(text::join(&[base, size, format]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::parse;

    #[test]
    fn all_six_variants_as_the_reference_lists_them() {
        let brand = parse(r#"{"logo_base_url":"https://cdn.cryptorefills.com/logos_v2/esim"}"#).unwrap();
        let mut urls = Vec::new();
        for format in ["webp", "jpg"] {
            for size in ["original", "500x318", "300x190"] {
                let (size, format) =
                    (LogoSize::from_name(size).unwrap(), LogoFormat::from_name(format).unwrap());
                urls.push(
                    logo_url(&brand, size, format)
                        .unwrap()
                        .replace("https://cdn.cryptorefills.com/logos_v2/", ""),
                );
            }
        }
        assert_eq!(
            urls,
            [
                "esim.webp",
                "esim_500x318.webp",
                "esim_300x190.webp",
                "esim.jpg",
                "esim_500x318.jpg",
                "esim_300x190.jpg"
            ]
        );
    }

    #[test]
    fn falls_back_and_refuses_other_schemes() {
        let brand = parse(r#"{"logo_url":"https://cdn.example/x.png"}"#).unwrap();
        assert_eq!(logo_url(&brand, LogoSize::Small, LogoFormat::Webp).unwrap(), "https://cdn.example/x.png");
        for odd in [r#"{}"#, r#"{"logo_base_url":"javascript:alert(1)//"}"#, r#"{"logo_url":null}"#, "[]"] {
            assert_eq!(logo_url(&parse(odd).unwrap(), LogoSize::Small, LogoFormat::Webp), None);
        }
    }
}
