package workbook

import (
	"encoding/binary"
	"io"
	"unicode/utf16"
)

// identifyCompound refuses a compound file (OLE) by the streams in its directory: one
// with a password, a workbook of before 2007, or another document.
func identifyCompound(r io.ReaderAt, head []byte) error {
	found := errOtherFile
	for _, stream := range streamsOf(r, head) {
		switch stream {
		case "EncryptedPackage":
			return refusal(errPassword)
		case "Workbook", "Book":
			found = errOld
		case "WordDocument":
			found = errWord
		case "PowerPoint Document":
			found = errSlides
		}
	}
	return refusal(found)
}

// compound is the sector table of a compound file; see [MS-CFB].
type compound struct {
	r      io.ReaderAt
	head   []byte
	sector int64 // size
}

// streamsOf returns the names in the directory of a compound file, as far as it can be
// read. It follows at most a thousand sectors, so that no loop holds it.
func streamsOf(r io.ReaderAt, head []byte) (names []string) {
	const header, entry, mostSectors = 512, 128, 1000
	if len(head) < header {
		return nil
	}
	shift := binary.LittleEndian.Uint16(head[0x1e:])
	if shift != 9 && shift != 12 {
		return nil
	}
	c := compound{r: r, head: head, sector: 1 << shift}
	sector := make([]byte, c.sector)
	at := binary.LittleEndian.Uint32(head[0x30:])
	for range mostSectors {
		if n, _ := r.ReadAt(sector, c.offset(at)); n < len(sector) {
			return names
		}
		for i := 0; i < len(sector); i += entry {
			if name := entryName(sector[i : i+entry]); name != "" {
				names = append(names, name)
			}
		}
		next, ok := c.next(at)
		if !ok {
			return names
		}
		at = next
	}
	return names
}

// entryName returns the name of a directory entry.
func entryName(entry []byte) string {
	length := int(binary.LittleEndian.Uint16(entry[64:])) - 2 // without the closing zero
	if length <= 0 || length > 62 {
		return ""
	}
	units := make([]uint16, length/2)
	for i := range units {
		units[i] = binary.LittleEndian.Uint16(entry[2*i:])
	}
	return string(utf16.Decode(units))
}

func (c compound) offset(sector uint32) int64 { return (int64(sector) + 1) * c.sector }

// next returns the sector that follows one in its chain.
func (c compound) next(sector uint32) (uint32, bool) {
	perTable := uint32(c.sector / 4)
	table, ok := c.table(sector / perTable)
	if !ok {
		return 0, false
	}
	return c.word(c.offset(table) + 4*int64(sector%perTable))
}

// table returns where the i-th sector of the allocation table is: the header lists 109 of
// them, a chain of sectors the rest.
func (c compound) table(i uint32) (uint32, bool) {
	const inHeader = 109
	if i < inHeader {
		return isSector(binary.LittleEndian.Uint32(c.head[0x4c+4*i:]))
	}
	i -= inHeader
	perList := uint32(c.sector/4) - 1
	list, ok := isSector(binary.LittleEndian.Uint32(c.head[0x44:]))
	for ; ok && i >= perList; i -= perList {
		list, ok = c.word(c.offset(list) + 4*int64(perList))
	}
	if !ok {
		return 0, false
	}
	return c.word(c.offset(list) + 4*int64(i))
}

// word reads the number of a sector.
func (c compound) word(at int64) (uint32, bool) {
	var b [4]byte
	if n, _ := c.r.ReadAt(b[:], at); n < len(b) {
		return 0, false
	}
	return isSector(binary.LittleEndian.Uint32(b[:]))
}

// isSector tells the number of a sector from the marks of ends and of free sectors.
func isSector(n uint32) (uint32, bool) { return n, n <= 0xFFFFFFFA }
