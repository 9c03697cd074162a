//! What sound comes in.

/// The formats of recordings that are written down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RecordingFormat {
    Flac,
    Mp3,
    Mp4,
    Ogg,
    Wav,
    Webm,
}

impl RecordingFormat {
    pub const ALL: [Self; 6] = [Self::Flac, Self::Mp3, Self::Mp4, Self::Ogg, Self::Wav, Self::Webm];

    /// The end of a file's name, by which providers tell the format.
    #[must_use]
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Flac => "flac",
            Self::Mp3 => "mp3",
            Self::Mp4 => "mp4",
            Self::Ogg => "ogg",
            Self::Wav => "wav",
            Self::Webm => "webm",
        }
    }

    #[must_use]
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Flac => "audio/flac",
            Self::Mp3 => "audio/mpeg",
            Self::Mp4 => "audio/mp4",
            Self::Ogg => "audio/ogg",
            Self::Wav => "audio/wav",
            Self::Webm => "audio/webm",
        }
    }

    /// What the first bytes of a recording say that it is; a name or a header may say otherwise.
    #[must_use]
    pub fn of_content(bytes: &[u8]) -> Option<Self> {
        let at = |start: usize, mark: &[u8]| bytes.get(start..).is_some_and(|rest| rest.starts_with(mark));
        if at(0, b"fLaC") {
            Some(Self::Flac)
        } else if at(0, b"OggS") {
            Some(Self::Ogg)
        } else if at(0, b"RIFF") && at(8, b"WAVE") {
            Some(Self::Wav)
        } else if at(0, b"\x1a\x45\xdf\xa3") {
            Some(Self::Webm)
        } else if at(4, b"ftyp") {
            Some(Self::Mp4)
        } else if at(0, b"ID3") || matches!(bytes, [0xff, second, ..] if second & 0xe6 == 0xe2) {
            // A frame of MPEG audio begins with eleven set bits; the layer is 3.
            Some(Self::Mp3)
        } else {
            None
        }
    }
}

/// The formats in which texts are read aloud.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SpeechFormat {
    Mp3,
    Opus,
    Aac,
    Flac,
    Wav,
    /// Without a head: 24 kHz, 16 bits, one channel, the low byte first.
    Pcm,
}

impl SpeechFormat {
    pub const ALL: [Self; 6] = [Self::Mp3, Self::Opus, Self::Aac, Self::Flac, Self::Wav, Self::Pcm];

    /// The provider's name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Mp3 => "mp3",
            Self::Opus => "opus",
            Self::Aac => "aac",
            Self::Flac => "flac",
            Self::Wav => "wav",
            Self::Pcm => "pcm",
        }
    }

    #[must_use]
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Mp3 => "audio/mpeg",
            Self::Opus => "audio/ogg",
            Self::Aac => "audio/aac",
            Self::Flac => "audio/flac",
            Self::Wav => "audio/wav",
            Self::Pcm => "audio/pcm",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn recordings_are_told_by_their_first_bytes() {
        let cases: [(&[u8], Option<RecordingFormat>); 11] = [
            (b"fLaC\0\0\0\x22", Some(RecordingFormat::Flac)),
            (b"OggS\0\x02", Some(RecordingFormat::Ogg)),
            (b"RIFF\x24\0\0\0WAVEfmt ", Some(RecordingFormat::Wav)),
            (b"RIFF\x24\0\0\0AVI LIST", None),
            (b"\x1a\x45\xdf\xa3\x9f", Some(RecordingFormat::Webm)),
            (b"\0\0\0\x18ftypM4A ", Some(RecordingFormat::Mp4)),
            (b"ID3\x04\0", Some(RecordingFormat::Mp3)),
            (b"\xff\xfb\x90\x64", Some(RecordingFormat::Mp3)),
            (b"\xff\xd8\xff\xe0", None),
            (b"\xff", None),
            (b"", None),
        ];
        for (bytes, format) in cases {
            assert_eq!(RecordingFormat::of_content(bytes), format, "{bytes:?}");
        }
    }
}
