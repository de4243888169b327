package xapi_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zhitu/zhitu/internal/xapi"
)

// What ISO 8601 says of times and durations, as the public conformance tests do.
func TestTimesAndDurationsOfTheStandard(t *testing.T) {
	for value, want := range map[string]bool{
		"2026-11-20T08:00:00Z": true, "2026-11-20T08:00:00.123456789Z": true, "2026-11-20T08:00:00,5Z": true, "2026-11-20T16:00:00+08:00": true,
		"2026-11-20T16:00:00+0800": true, "2026-11-20T16:00:00+08": true, "2026-11-20T08:00:00+00:00": true, "2026-11-20T08:00": true, "2026-11-20": true,
		"20261120T080000Z": true, "20261120T080000.5+08": true, "2026-11-20T02:30:00-05:30": true, "2026-11-20T08:00:00-00:30": true,

		"2026-11-20T08:00:00-00:00": false, "2026-11-20T08:00:00.601-0000": false, "2026-11-20T08:00:00.601-00": false, "20261120T080000-0000": false,
		"2026-11-20 08:00:00Z": false, "2026-11-20T8:00:00Z": false, "01/011/2015": false, "2026-13-20T08:00:00Z": false, "2026-02-30": false,
		"2026-11-20T25:00:00Z": false, "2026-11-20T08:00:00+08:60": false, "2026-11-20T08:00:00 +08:00": false, "2026-11-20t08:00:00z": false, "": false,
	} {
		_, _, err := xapi.Parse([]byte(statementJSON("timestamp", `"`+value+`"`)))
		require.Equal(t, want, err == nil, "%s: %v", value, err)
	}
	for value, want := range map[string]bool{
		"PT1H0M0.1S": true, "PT4H35M59.14S": true, "PT16559.14S": true, "P3Y1M29DT4H35M59.14S": true, "P3Y": true, "P4W": true, "P1.5W": true, "PT0S": true,
		"P1DT12H": true, "PT1,5M": true, "P0D": true,

		"P4W1D": false, "P1Y4W": false, "P4WT1H": false, "P": false, "PT": false, "P1DT": false, "PA1H0M0S": false, "PT1.5H30M": false, "P1.5Y1D": false,
		"P1S": false, "PT1D": false, "P1D1Y": false, "PT1M1H": false, "1H": false, "-PT1H": false, "P-1D": false, "PT1..5S": false, "PT.S": false, "P16559.14S": false,
		"P0003-06-04T12:30:05": false, "PT1H ": false,
	} {
		_, _, err := xapi.Parse([]byte(statementJSON("result", `{"duration": "`+value+`"}`)))
		require.Equal(t, want, err == nil, "%s: %v", value, err)
	}
}
