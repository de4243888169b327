package workbook_test

import (
	"math"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/zhitu/zhitu/internal/exchange/workbook"
)

func itoa(n int) string { return strconv.Itoa(n) }

func TestMoment(t *testing.T) {
	from1900, from1904 := workbook.DateSystem{}, workbook.DateSystem{From1904: true}
	for _, c := range []struct {
		system workbook.DateSystem
		days   float64
		want   string // "" for no day
	}{
		{from1900, 1, "1900-01-01 00:00:00"},
		{from1900, 59, "1900-02-28 00:00:00"},
		{from1900, 60, ""}, // the 29th of February that never was
		{from1900, 60.5, ""},
		{from1900, 61, "1900-03-01 00:00:00"},
		{from1900, 45356, "2024-03-05 00:00:00"},
		{from1900, 45356.604166666664, "2024-03-05 14:30:00"},
		{from1900, 45356.999999, "2024-03-06 00:00:00"}, // to the second
		{from1900, 59.9999999, ""},
		{from1900, 2958465, "9999-12-31 00:00:00"},
		{from1900, 2958465.99998, "9999-12-31 23:59:58"},
		{from1900, 2958466, ""},
		{from1904, 44884, "2026-11-20 00:00:00"},
		{from1904, 1, "1904-01-02 00:00:00"},
		{from1904, 60, "1904-03-01 00:00:00"},
		{from1904, 2957003, "9999-12-31 00:00:00"},
		{from1904, 2957004, ""},
		{from1900, 0, ""},
		{from1900, 0.5, ""},
		{from1904, 0.5, ""},
		{from1900, -1, ""},
		{from1900, math.NaN(), ""},
		{from1900, math.Inf(1), ""},
		{from1900, 1e300, ""},
	} {
		got, ok := c.system.Moment(c.days)
		require.Equal(t, c.want != "", ok, "%v %v", c.system, c.days)
		if ok {
			require.Equal(t, c.want, got.Format(time.DateTime), "%v %v", c.system, c.days)
		}
	}
}

// An ISO 8601 date is the moment that it says, in both systems.
func TestISODatesAreTheirMoments(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		from1904 := rapid.Bool().Draw(t, "1904")
		first := time.Date(1900, 1, 1, 0, 0, 0, 0, time.UTC)
		if from1904 {
			first = time.Date(1904, 1, 2, 0, 0, 0, 0, time.UTC)
		}
		last := time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC)
		want := time.Unix(rapid.Int64Range(first.Unix(), last.Unix()).Draw(t, "moment"), 0).UTC()
		book := minimal(worksheet(`<row><c t="d"><v>` + want.Format("2006-01-02T15:04:05") + `</v></c></row>`)).with(parts{
			"xl/workbook.xml": `<workbook xmlns:r="r"><workbookPr date1904="` + strconv.FormatBool(from1904) + `"/><sheets><sheet name="a" r:id="rId1"/></sheets></workbook>`,
		})
		sheet := readStored(t, book)
		x, ok := sheet.Rows[0].Cells[0].Value()
		require.True(t, ok)
		got, ok := workbook.DateSystem{From1904: from1904}.Moment(x)
		require.True(t, ok)
		require.Equal(t, want, got)
	})
}
