package workforce

import (
	"cmp"
	"slices"
	"strings"
	"unsafe"

	"github.com/zhitu/zhitu/internal/competency"
)

// roster is who there is, by number. At the build numbers follow the department tree. Later
// people keep theirs when they move, who comes has the next one, and no number is given twice.
type roster struct {
	people    []competency.Employee // without code where the person is gone
	present   Set
	numbers   map[string]Person // by code
	byCode    []Person          // in the order of codes
	rank      []uint32          // person → place in byCode
	states    []int32           // person → how many states
	units     index             // by department
	positions index             // by position
	reports   index             // by manager
	team      []*[]Person       // person → entry of reports, nil where nobody reports to them
	tree      *competency.OrgTree
	rooted    map[string]bool // departments that are beneath a root
	strays    int             // who has come, gone or moved since the build
	reshaped  bool            // a department has moved since
}

// index lists people by a code that their records name.
type index map[string]*[]Person

func (x index) of(code string) []Person {
	if list := x[code]; list != nil {
		return *list
	}
	return nil
}

// add returns the list that the person is added to.
func (x index) add(code string, p Person) *[]Person {
	if code == "" {
		return nil
	}
	list := x[code]
	if list == nil {
		list = new([]Person)
		x[code] = list
	}
	*list = append(*list, p)
	return list
}

// remove reports whether it has removed the last person. Nothing is kept of the code then.
func (x index) remove(code string, p Person) (last bool) {
	list := x[code]
	if list == nil {
		return false
	}
	i := slices.Index(*list, p)
	*list = slices.Delete(*list, i, i+1)
	if last = len(*list) == 0; last {
		delete(x, code)
	}
	return last
}

// newRoster numbers people: departments as the tree has them, siblings by code, the people
// of each by code, and last those in no department or beneath no root. It returns the number
// of each.
func newRoster(units []competency.OrgUnit, people []competency.Employee) (*roster, []Person) {
	n := len(people)
	r := &roster{
		people: make([]competency.Employee, n), present: newSet(n), numbers: make(map[string]Person, n), byCode: make([]Person, n),
		rank: make([]uint32, n), states: make([]int32, n), units: index{}, positions: index{}, reports: index{}, team: make([]*[]Person, n),
	}
	r.setTree(units)
	r.reshaped = false
	order := r.treeOrder(people)
	number := make([]Person, n)
	for i, from := range order {
		p := Person(i)
		number[from], r.byCode[i] = p, p
		r.people[i] = people[from]
		r.numbers[people[from].Code] = p
		r.present.add(p)
	}
	slices.SortFunc(r.byCode, func(a, b Person) int { return strings.Compare(r.people[a].Code, r.people[b].Code) })
	r.rankFrom(0)
	for i := range r.people {
		r.file(Person(i), competency.Employee{})
	}
	return r, number
}

// treeOrder returns people, as indices, in the order of their numbers.
func (r *roster) treeOrder(people []competency.Employee) []int {
	place := map[string]int{}
	var visit func(unit string)
	visit = func(unit string) {
		for _, below := range childUnits(r.tree, unit) {
			place[below] = len(place)
			visit(below)
		}
	}
	visit("")
	places, order := make([]int, len(people)), make([]int, len(people))
	for i, e := range people {
		order[i] = i
		if places[i] = len(place); r.rooted[e.OrgUnit] {
			places[i] = place[e.OrgUnit]
		}
	}
	slices.SortFunc(order, func(a, b int) int {
		return cmp.Or(cmp.Compare(places[a], places[b]), strings.Compare(people[a].Code, people[b].Code))
	})
	return order
}

// setTree takes in the departments.
func (r *roster) setTree(units []competency.OrgUnit) {
	before := r.tree
	r.tree = competency.NewOrgTree(units)
	r.rooted = map[string]bool{}
	for _, root := range childUnits(r.tree, "") {
		for _, code := range r.tree.Below(root) {
			r.rooted[code] = true
		}
	}
	if before == nil {
		return
	}
	for _, was := range before.Units() {
		is, ok := r.tree.Unit(was.Code)
		r.reshaped = r.reshaped || !ok || is.Parent != was.Parent
	}
}

// childUnits returns the departments right below one by code; where it is empty the roots,
// which have none above them.
func childUnits(tree *competency.OrgTree, unit string) (codes []string) {
	children := tree.Children(unit)
	if unit == "" {
		children = slices.DeleteFunc(slices.Clone(tree.Units()), func(u competency.OrgUnit) bool {
			_, hasParent := tree.Unit(u.Parent)
			return hasParent
		})
	}
	for _, u := range children {
		codes = append(codes, u.Code)
	}
	slices.Sort(codes)
	return codes
}

// put takes in the record of a person and returns their number.
func (r *roster) put(e competency.Employee) Person {
	p, known := r.numbers[e.Code]
	if !known {
		p = r.enrol(e.Code)
	}
	was := r.people[p]
	if !known || was.OrgUnit != e.OrgUnit {
		r.strays++
	}
	r.people[p] = e
	r.file(p, was)
	return p
}

// enrol gives the next number to a person.
func (r *roster) enrol(code string) Person {
	p := Person(len(r.people))
	r.people, r.states, r.rank, r.team = append(r.people, competency.Employee{}), append(r.states, 0), append(r.rank, 0), append(r.team, r.reports[code])
	r.numbers[code] = p
	if int(p)/64 == len(r.present.words) {
		r.present.words = append(r.present.words, 0)
	}
	r.present.add(p)
	i, _ := slices.BinarySearchFunc(r.byCode, code, func(p Person, code string) int { return strings.Compare(r.people[p].Code, code) })
	r.byCode = slices.Insert(r.byCode, i, p)
	r.rankFrom(i)
	return p
}

// remove forgets a person.
func (r *roster) remove(p Person) {
	was, place := r.people[p], int(r.rank[p])
	r.people[p], r.team[p] = competency.Employee{}, nil
	r.file(p, was)
	delete(r.numbers, was.Code)
	r.present.remove(p)
	r.byCode = slices.Delete(r.byCode, place, place+1)
	r.rankFrom(place)
	r.strays++
}

// rankFrom computes the ranks from a place of byCode on.
func (r *roster) rankFrom(place int) {
	for ; place < len(r.byCode); place++ {
		r.rank[r.byCode[place]] = uint32(place)
	}
}

// file moves a person in the indexes from where an earlier record has them.
func (r *roster) file(p Person, was competency.Employee) {
	is := &r.people[p]
	if is.OrgUnit != was.OrgUnit {
		r.units.remove(was.OrgUnit, p)
		r.units.add(is.OrgUnit, p)
	}
	if is.Position != was.Position {
		r.positions.remove(was.Position, p)
		r.positions.add(is.Position, p)
	}
	if is.Manager != was.Manager {
		if manager, ok := r.numbers[was.Manager]; r.reports.remove(was.Manager, p) && ok {
			r.team[manager] = nil
		}
		list := r.reports.add(is.Manager, p)
		if manager, ok := r.numbers[is.Manager]; ok {
			r.team[manager] = list
		}
	}
}

// personSize is about the bytes of a person: the record, its texts and all indexes.
const personSize = 600

// memoryBytes returns about how much memory the roster takes.
func (r *roster) memoryBytes() int64 {
	const entry = 16 + 8 + 8 // of a map by code: key, value, control bytes and free slots
	each := int64(unsafe.Sizeof(competency.Employee{})) + entry + 3*4 + 4 + 4 + 4 + 8
	bytes := int64(cap(r.people)) * each
	for i := range r.people {
		e := &r.people[i]
		bytes += int64(len(e.Code) + len(e.Name) + len(e.OrgUnit) + len(e.Position) + len(e.Manager))
		for _, t := range e.Targets {
			bytes += 16 + int64(len(t))
		}
		for _, m := range e.Modalities {
			bytes += 16 + int64(len(m))
		}
	}
	return bytes + int64(len(r.units)+len(r.positions)+len(r.reports))*(entry+24)
}
