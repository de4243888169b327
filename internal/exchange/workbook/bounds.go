package workbook

// What is read is bounded, so that no file costs more memory or time than a large honest
// one. Sizes are of XML without compression, in bytes.
const (
	MaxPart       = 256 << 20 // of any part
	MaxBook       = 512 << 20 // of all sheets together
	MaxSmallPart  = 32 << 20  // of the list of sheets, the styles, and relations
	MaxStrings    = 64 << 20  // of shared strings in memory
	MaxDirectory  = 2 << 20   // of the directory of the package
	MaxParts      = 10_000
	MaxSheets     = 1_000
	MaxStyles     = 65_536 // of cells; as many number formats and fonts
	MaxRows       = 1_048_576
	MaxColumns    = 16_384
	MaxCells      = 5_000_000 // with content, in all sheets that were read
	MaxMerges     = 65_536    // of a sheet
	MaxLinks      = 65_536    // of a sheet
	MaxCharacters = 32_767    // of a cell
)
