package exchange

import (
	"unicode/utf8"

	"github.com/zhitu/zhitu/internal/fault"
)

// byteStatistics counts what tells apart the encodings of text that is not UTF-8. Bytes
// of every encoding are characters in GB18030 too, but hardly ever common ones.
type byteStatistics struct {
	characters int // as in GB18030: beyond ASCII
	common     int // of these: punctuation, and the 3,755 hanzi of the first level of GB2312
	hanzi      int // of the first level
	late       int // of these: those that Korean, which fills the first 25 rows, never has
	accents    int // single bytes beside ASCII letters, as in Schweißen
	cyrillic   int // as if both bytes were Cyrillic letters of Windows-1251
	notBig5    int // no common hanzi or punctuation in Big5
	notKana    int // no Japanese in Shift JIS
	kana       int // Japanese in EUC-JP, which GB18030 has too, but Chinese does not use
	koi8       int // as if both bytes were small Cyrillic letters of KOI8-R
}

func isLetter(b byte) bool { return b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' }

// add counts the characters of a cell.
func (s *byteStatistics) add(cell string) {
	for i := 0; i < len(cell); i++ {
		lead := cell[i]
		if lead < utf8.RuneSelf {
			continue
		}
		s.characters++
		var trail byte
		if i+1 < len(cell) {
			trail = cell[i+1]
		}
		if trail < utf8.RuneSelf && (isLetter(trail) || i > 0 && isLetter(cell[i-1])) {
			s.accents++
		}
		if lead >= 0xc0 && trail >= 0xc0 {
			s.cyrillic++
		}
		if lead >= 0xc0 && lead <= 0xdf && trail >= 0xc0 && trail <= 0xdf {
			s.koi8++
		}
		if lead == 0xa4 || lead == 0xa5 {
			s.kana++
		}
		if isBig5 := lead >= 0xa1 && lead <= 0xc6 && (trail >= 0x40 && trail <= 0x7e || trail >= 0xa1 && trail <= 0xfe); !isBig5 {
			s.notBig5++
		}
		if isKana := lead == 0x82 && trail >= 0x9f || lead == 0x83 && trail >= 0x40 && trail <= 0x96; !isKana {
			s.notKana++
		}
		switch {
		case trail < 0x30: // a single byte
			continue
		case trail < 0x40: // the first half of four bytes
			i += 3
			continue
		}
		i++
		if trail < 0xa1 {
			continue
		}
		switch {
		case lead >= 0xa1 && lead <= 0xa3:
			s.common++
		case lead >= 0xb0 && lead <= 0xd7:
			s.common++
			s.hanzi++
			if lead > 0xc8 {
				s.late++
			}
		}
	}
}

// isPlausibleGB18030 reports whether the text is Chinese in GB18030: most characters are
// common ones, and they are not what Big5 or Korean looks like there. In other text
// three of ten characters are common at most.
func (s *byteStatistics) isPlausibleGB18030() bool {
	share := float64(s.common) / float64(s.characters)
	const koreanTells = 12 // of so many hanzi some would be late, but for one text in a thousand
	looksKorean := s.hanzi >= koreanTells && s.late == 0
	looksBig5 := s.notBig5 == 0 && share < 0.95
	return share >= 0.5 && !looksKorean && !looksBig5 && !s.looksJapanese() && !s.looksKOI8()
}

func (s *byteStatistics) looksJapanese() bool { return 10*s.kana > s.characters }

// looksKOI8 reports whether nearly all bytes are from two of the six rows of letters.
func (s *byteStatistics) looksKOI8() bool { return s.characters >= 6 && 10*s.koi8 > 8*s.characters }

// advice ends a refusal with what to do.
func (s *byteStatistics) advice() fault.Text {
	likely := ""
	switch {
	case 2*s.notKana < s.characters:
		likely = "shift_jis"
	case s.looksJapanese() && 4*s.kana > s.characters && s.common > 0:
		likely = "euc-jp"
	case 2*s.accents > s.characters:
		likely = "windows-1252"
	case s.notBig5 == 0:
		likely = "big5"
	case s.looksKOI8():
		likely = "koi8-r"
	case 10*s.cyrillic > 8*s.characters && s.characters > 2:
		likely = "windows-1251"
	case s.hanzi > 0 && s.late == 0 && s.common == s.characters:
		likely = "euc-kr"
	}
	if likely == "" {
		return fault.T(": save the file as CSV UTF-8, or name its encoding, as in --encoding big5", "：请另存为 CSV UTF-8，或指明编码，如 --encoding big5")
	}
	return fault.T(": save the file as CSV UTF-8, or name its encoding, perhaps --encoding %s", "：请另存为 CSV UTF-8，或指明编码（可能是 --encoding %s）", likely)
}
