package competency

import (
	"strings"
	"testing"
	"time"
	_ "time/tzdata"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/zhitu/zhitu/internal/fault"
)

func loadZone(t testing.TB, name string) *time.Location {
	zone, err := time.LoadLocation(name)
	require.NoError(t, err)
	return zone
}

func TestParseTime(t *testing.T) {
	zone := loadZone(t, "Asia/Shanghai")
	day := time.Date(2024, 3, 5, 0, 0, 0, 0, zone)
	half := day.Add(14*time.Hour + 30*time.Minute)
	for want, texts := range map[time.Time][]string{
		day: {
			"2024-03-05", "2024-3-5", "2024/3/5", "2024/03/05", "2024.3.5", "2024.03.05", "20240305", "2024年3月5日", "2024年03月05日", "2024年3月5",
			"２０２４－０３－０５", "\u30002024/3/5\u00a0", "2024年3月5日星期二", "2024年3月5日 星期二", "2024-03-05 周二",
			"2024-03-05 00:00", "2024-03-05 上午12:00", "2024-03-05 12:00 AM",
		},
		half: {
			"2024-03-05 14:30", "2024/3/5 14:30", "2024.3.5 14:30:00", "20240305 14:30", "20240305 1430", "202403051430", "20240305143000", "20240305T143000",
			"2024年3月5日14时30分", "2024年3月5日 14时30分", "2024年3月5日14时30分0秒", "2024年3月5日 14:30", "2024年3月5日14点30", "2024/3/5 下午 2:30", "2024/3/5 下午2:30",
			"2024年3月5日下午2时30分", "2024年3月5日下午2点30分", "2024/3/5 下午 14:30", "2024-03-05 2:30 PM", "2024-03-05 2:30:00pm", "2024-03-05 02:30 p.m.",
			"2024-03-05T14:30", "2024-03-05t14:30:00", "2024-03-05 14:30:00.000", "2024-03-05  14：30", "2024年3月5日 星期二 14:30",
			"2024-03-05 14:30:00+08:00", "2024-03-05 14:30:00 +08:00", "2024-03-05 14:30:00+0800", "2024-03-05 14:30:00+08", "2024-03-05T14:30:00+08:00",
			"2024-03-05T06:30:00Z", "2024-03-05t06:30:00z", "2024-03-05 06:30:00 UTC", "2024-03-05 06:30 GMT", "20240305T063000Z", "2024-03-05 14:30 GMT+8", "2024-03-05 14:30 UTC+08:00",
			"2024-03-05 01:30:00-05:00", "2024-03-05 06:30:00 +0000",
		},
		day.Add(12*time.Hour + 15*time.Minute): {"2024-03-05 下午12:15", "2024-03-05 12:15 PM", "2024-03-05 中午12:15"},
		day.Add(13 * time.Hour):                {"2024-03-05 中午1点", "2024年3月5日13时", "2024年3月5日13点", "2024-03-05 下午1时"},
		day.Add(20 * time.Hour):                {"2024-03-05 晚上8点", "2024-03-05 20:0"},
		half.Add(125 * time.Millisecond):       {"2024-03-05 14:30:00.125", "2024-03-05T14:30:00,125", "2024-03-05T06:30:00.1250000000Z"},
	} {
		for _, text := range texts {
			got, wrong := ParseTime(text, zone)
			require.Empty(t, wrong, text)
			require.Equal(t, want.UTC(), got, text)
		}
	}
}

func TestParseTimeRefuses(t *testing.T) {
	for part, texts := range map[string][]string{
		"serial number":         {"45356", "45356.6041666667", "４５３５６"},
		"not a day":             {"2024-02-30", "2023/2/29", "2024.13.1", "20240231", "2024-00-10", "2024年4月31日", "2024-1-0", "0000-01-01"},
		"time of day":           {"2024-03-05 24:00", "2024-03-05 14:60", "2024-03-05 14:30:60", "2024-03-05 上午13:00", "2024-03-05 25时", "202403052561", "2024-03-05 下午 2:30 PM"},
		"time zone":             {"2024-03-05T14:30:00+25:00", "2024-03-05T14:30:00+08:60"},
		"which number is":       {"3/5/2024", "05.03.2024", "5.3.24", "05-03-2024 14:30", "24/3/5"},
		"another weekday":       {"2024年3月5日星期三"},
		"is not a time: write ": {"", "yesterday", "昨天", "2024", "2024-03", "2024年3月", "1709620200", "2024-03/05", "2024-03-05 14", "14:30", "2024-03-05-14:30", "2024-03-05T", "2024-03-05 14:", "2024-03-05 14:30:", "2024-03-05 14:30:05,", "0001-01-01T00:00:00Z", "2024-03-05 14:30 CST", strings.Repeat("2", 1000), "2024-03-05 " + strings.Repeat(" ", 200) + "x"},
	} {
		for _, text := range texts {
			_, wrong := ParseTime(text, time.UTC)
			require.Contains(t, wrong.EN, part, text)
			require.Less(t, len(wrong.ZH), 400, text)
		}
	}
}

func TestParseTimeWhereClocksChange(t *testing.T) {
	for _, c := range []struct{ zone, text, want string }{
		{"Europe/Berlin", "2024-10-27 02:30", "2024-10-27T00:30:00Z"},    // shown twice: the first
		{"America/New_York", "2024-11-03 01:30", "2024-11-03T05:30:00Z"}, // likewise
		{"America/Sao_Paulo", "2018-11-04", "2018-11-04T03:00:00Z"},      // begins at 01:00
		{"America/Havana", "2024-11-03", "2024-11-03T04:00:00Z"},         // midnight is shown twice
		{"Africa/Cairo", "2024-04-26", "2024-04-25T22:00:00Z"},
		{"Pacific/Apia", "2011-12-31", "2011-12-30T10:00:00Z"}, // the day before was left out
	} {
		got, wrong := ParseTime(c.text, loadZone(t, c.zone))
		require.Empty(t, wrong, c.text)
		require.Equal(t, c.want, got.Format(time.RFC3339), c.zone)
	}
	_, wrong := ParseTime("2024-03-31 02:30", loadZone(t, "Europe/Berlin"))
	require.Equal(t, fault.Text{
		EN: `the clocks of Europe/Berlin never showed "2024-03-31 02:30": they were put forward then; give the zone, as in +08:00`,
		ZH: `Europe/Berlin 的时钟从未显示过 "2024-03-31 02:30"（当时时钟被拨快）：请写明时区，如 +08:00`,
	}, wrong)
}

// What programs write is read back exactly, in any zone.
func TestParseTimeReadsWhatIsWritten(t *testing.T) {
	zones := []*time.Location{time.UTC, loadZone(t, "Asia/Shanghai"), loadZone(t, "Asia/Kolkata"), loadZone(t, "America/New_York")}
	rapid.Check(t, func(t *rapid.T) {
		at := time.UnixMicro(rapid.Int64Range(0, 7e15).Draw(t, "at")).In(rapid.SampledFrom(zones).Draw(t, "zone"))
		layout := rapid.SampledFrom([]string{time.RFC3339Nano, "2006-01-02 15:04:05.999999999Z07:00", "2006-01-02 15:04:05.999999999 -0700"}).Draw(t, "layout")
		got, wrong := ParseTime(at.Format(layout), rapid.SampledFrom(zones).Draw(t, "default"))
		require.Empty(t, wrong)
		require.Equal(t, at.UTC(), got)
	})
}

func FuzzParseTime(f *testing.F) {
	for _, text := range []string{"2024-03-05 14:30:00+08:00", "2024年3月5日下午2时30分", "20240305", "2024.3.5.", "45356", "2024-03-05 12:00 AM", "3/5/2024", "９"} {
		f.Add(text)
	}
	zone := loadZone(f, "America/New_York")
	f.Fuzz(func(t *testing.T, text string) {
		at, wrong := ParseTime(text, zone)
		if wrong != (fault.Text{}) {
			require.True(t, at.IsZero())
			require.NotEmpty(t, wrong.ZH)
			require.Less(t, len(wrong.EN)+len(wrong.ZH), 1000)
			return
		}
		again, wrong := ParseTime(at.Format(time.RFC3339Nano), zone)
		require.Empty(t, wrong)
		require.Equal(t, at, again)
	})
}
