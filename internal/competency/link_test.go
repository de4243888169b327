package competency

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestLinks(t *testing.T) {
	schemes := LinkSchemes{"dingtalk", "javascript", "Data"}
	for link, want := range map[string]bool{
		"https://learn.example.com/课程?a=1#b": true, "HTTP://example.com": true, "http://10.0.0.1:8080/x": true, "https://[::1]/": true,
		"dingtalk://dingtalkclient/page": true, "DingTalk:x": true,
		"javascript:alert(1)": false, "JavaScript:alert(1)": false, " javascript:alert(1)": false, "java\tscript:alert(1)": false, "data:text/html,x": false,
		"file:///etc/passwd": false, "ftp://example.com": false, "mailto:a@example.com": false,
		"www.example.com": false, "//example.com/x": false, "/docs/a.pdf": false, "http:example.com": false, "https://": false, "https://exa mple.com": false, "": false,
	} {
		require.Equal(t, want, schemes.Allow(link), link)
	}
	require.False(t, LinkSchemes(nil).Allow("dingtalk://x"))
}

func TestLinksThatAreStoredStay(t *testing.T) {
	stored := Catalog{Resources: []Resource{{Code: "R1", Title: "t", URL: "ftp://a"}, {Code: "R2", Title: "t"}}}
	var cs ChangeSet
	cs.Put.Resources = []Resource{{Code: "R1", URL: "ftp://a"}, {Code: "R2", URL: "ftp://a"}, {Code: "R3", Title: "t", URL: "javascript:x"}, {Code: "R4", Title: "t"}}
	problems := stored.CheckLinks(cs, nil)
	require.Len(t, problems, 2)
	require.Equal(t, []int{1, 2}, []int{problems[0].Index, problems[1].Index})
	require.True(t, problems[0].NewRule)
	require.Empty(t, stored.CheckLinks(ChangeSet{Put: Records{Catalog: Catalog{Resources: cs.Put.Resources[:2]}}}, LinkSchemes{"ftp"}))
}
