package access

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestDecideOrg(t *testing.T) {
	// D1 is above D2, which is above D3 and D4; D9 is another root.
	chains := map[string][]string{"": nil, "D1": {"D1"}, "D2": {"D2", "D1"}, "D3": {"D3", "D2", "D1"}, "D4": {"D4", "D2", "D1"}, "D9": {"D9"}}
	type edit struct{ unit, parent, kind string }
	rename := func(unit string) edit { return edit{unit, "", "rename"} }
	create := func(parent string) edit { return edit{"", parent, "move"} }
	move := func(unit, parent string) edit { return edit{unit, parent, "move"} }
	remove := func(unit string) edit { return edit{unit, "", "delete"} }
	all := []edit{
		rename("D1"), rename("D2"), rename("D3"), rename("D9"),
		create(""), create("D1"), create("D2"), create("D3"), create("D9"),
		move("D3", "D4"), move("D3", "D2"), move("D3", "D1"), move("D3", "D9"), move("D3", ""), move("D2", "D9"), move("D9", "D2"),
		remove("D1"), remove("D2"), remove("D3"),
	}
	hr := func(units ...string) *Viewer {
		var grants []Grant
		for _, unit := range units {
			grants = append(grants, Grant{HR, unit})
		}
		return Account(Identity{}, Person{Code: "E1"}, grants)
	}
	scopes := func(names ...string) (s Scopes) {
		for _, name := range names {
			scope, _ := ParseScope(name)
			s |= scope
		}
		return s
	}
	beneathD2 := []edit{rename("D2"), rename("D3"), create("D2"), create("D3"), move("D3", "D4"), move("D3", "D2"), remove("D3")}
	for name, c := range map[string]struct {
		viewer  *Viewer
		allowed []edit
	}{
		"system":                          {System(), all},
		"nobody":                          {&Viewer{}, nil},
		"without a grant":                 {hr(), nil},
		"another role":                    {Account(Identity{}, Person{Code: "E1"}, []Grant{{Trainer, ""}, {Manager, ""}, {Expert, ""}, {Admin, ""}}), nil},
		"of the firm":                     {hr(""), all},
		"of D2":                           {hr("D2"), beneathD2},
		"of D3":                           {hr("D3"), []edit{rename("D3"), create("D3")}},
		"of two, between which D3 moves":  {hr("D2", "D9"), append([]edit{rename("D9"), create("D9"), move("D3", "D9")}, beneathD2...)},
		"a service":                       {Service(Identity{}, scopes("people:write"), nil), all},
		"a service without the scope":     {Service(Identity{}, scopes("people:read", "catalog:write"), nil), nil},
		"a bound service":                 {Service(Identity{}, scopes("people:write"), []string{"D2"}), beneathD2},
		"a token of HR of the firm":       {PersonalToken(hr(""), "t", scopes("people:write"), nil), all},
		"a bound token of HR of the firm": {PersonalToken(hr(""), "t", scopes("people:write"), []string{"D2"}), beneathD2},
		"a token bound above the grant":   {PersonalToken(hr("D3"), "t", scopes("people:write"), []string{"D1"}), []edit{rename("D3"), create("D3")}},
		"a token without the scope":       {PersonalToken(hr(""), "t", scopes("people:read"), nil), nil},
	} {
		t.Run(name, func(t *testing.T) {
			var allowed []edit
			for _, e := range all {
				if c.viewer.DecideOrg(OrgEdit{Units: chains[e.unit], Parent: chains[e.parent], Moves: e.kind == "move", Deletes: e.kind == "delete"}) == Allowed {
					allowed = append(allowed, e)
				}
			}
			require.ElementsMatch(t, c.allowed, allowed)
		})
	}
}

func TestAssessNeedsTwoScopes(t *testing.T) {
	evidence, _ := ParseScope("evidence:write")
	learner, _ := ParseScope("learner:read")
	for scopes, lacks := range map[Scopes]string{learner: "evidence:write", evidence: "learner:read", evidence | learner: ""} {
		v := Service(Identity{}, scopes, nil)
		for _, err := range []error{CheckScope(WithViewer(t.Context(), v), Assess), CheckPerson(WithViewer(t.Context(), v), Assess, &Person{Code: "E1"}, nil)} {
			if lacks == "" {
				require.NoError(t, err)
				continue
			}
			require.ErrorContains(t, err, "lacks the scope "+lacks)
		}
	}
}
