package people

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/zhitu/zhitu/internal/access"
	"github.com/zhitu/zhitu/internal/audit"
	"github.com/zhitu/zhitu/internal/catalog"
	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/store"
)

// objectionKind is the kind of documents with the objections of one employee each.
const objectionKind = "objections"

const (
	maxObjections    = 200   // of one employee; whoever has more withdraws some first
	maxObjectionText = 2_000 // characters of a reason or an answer
)

// Objection is what a person has against what is known of them on a point.
type Objection struct {
	ID             string     `json:"id"`
	EmployeeCode   string     `json:"employee"`
	KnowledgePoint string     `json:"knowledgePoint"` // its code
	Reason         string     `json:"reason"`
	At             time.Time  `json:"at"`
	Answer         *string    `json:"answer,omitempty"`
	AnsweredAt     *time.Time `json:"answeredAt,omitempty"`
}

type objectionsBody struct {
	List []Objection `json:"list"` // the earliest first
}

func objectionsID(employee string) string {
	sum := sha256.Sum256([]byte(employee)) // ids of documents are ASCII, and codes need not be
	return hex.EncodeToString(sum[:20])
}

// Object objects to what is known of the viewer's own employee on a point. NOT_FOUND where
// nothing is known, and CONFLICT where another objection to it has no answer yet.
func (p *People) Object(ctx context.Context, knowledgePoint, reason string) (made Objection, err error) {
	_, who, read, err := p.readSelf(ctx)
	if err != nil {
		return made, err
	}
	point := competency.NormalizeCode(knowledgePoint)
	reason, err = objectionText("reason", reason)
	if err == nil && !slices.ContainsFunc(read.States, func(s competency.Assessment) bool { return s.KnowledgePoint == point }) {
		err = objectionProblem("knowledge_point", fault.NotFound, fault.T("nothing is known of you on the knowledge point %s", "没有您在知识点 %s 上的掌握记录", competency.Quote(knowledgePoint)))
	}
	if err == nil {
		made = Objection{ID: strings.ToLower(rand.Text()), EmployeeCode: who.Code, KnowledgePoint: point, Reason: reason, At: p.clock().UTC().Truncate(time.Microsecond)}
		err = p.editObjections(ctx, who.Code, func(b *objectionsBody) error {
			switch {
			case slices.ContainsFunc(b.List, func(o Objection) bool { return o.KnowledgePoint == point && o.Answer == nil }):
				return objectionProblem("knowledge_point", fault.Conflict, fault.T("you have objected to it already: await the answer, or withdraw the objection", "您已提出异议：请等待答复，或先撤回"))
			case len(b.List) >= maxObjections:
				return objectionProblem("knowledge_point", fault.Conflict, fault.T("you have %d objections: withdraw some first", "您已有 %d 条异议：请先撤回一部分", maxObjections))
			}
			b.List = append(b.List, made)
			return nil
		})
	}
	audit.Note(ctx, audit.Event{Action: access.OwnData, Verb: "object", Subjects: []string{who.Code}, Outcome: fault.CodeOf(err)})
	return made, err
}

// WithdrawObjection deletes an own objection, with its answer.
func (p *People) WithdrawObjection(ctx context.Context, id string) error {
	_, who, _, err := p.readSelf(ctx)
	if err != nil {
		return err
	}
	err = p.editObjections(ctx, who.Code, func(b *objectionsBody) error {
		n := len(b.List)
		if b.List = slices.DeleteFunc(b.List, func(o Objection) bool { return o.ID == id }); len(b.List) == n {
			return noObjection()
		}
		return nil
	})
	audit.Note(ctx, audit.Event{Action: access.OwnData, Verb: "withdraw", Subjects: []string{who.Code}, Outcome: fault.CodeOf(err)})
	return err
}

// AnswerObjection answers an objection of a person whose record the viewer may edit, as HR.
// Another answer takes the place of an earlier one.
func (p *People) AnswerObjection(ctx context.Context, employee, id, answer string) (answered Objection, err error) {
	v, err := access.ScopedViewer(ctx, access.EditPeople)
	if err != nil {
		return answered, err
	}
	code := competency.NormalizeCode(employee)
	who, err := p.readSubject(ctx, v, code)
	if err != nil {
		return answered, err
	}
	unknown := objectionProblem("employee", fault.NotFound, fault.T("there is no employee %s", "不存在员工 %s", competency.Quote(employee)))
	err = v.Refusal(v.DecideEdit(access.PersonEdit{Field: access.Name}, who), access.EditPeople, unknown)
	if err == nil {
		answer, err = objectionText("answer", answer)
	}
	if err == nil {
		err = p.editObjections(ctx, code, func(b *objectionsBody) error {
			i := slices.IndexFunc(b.List, func(o Objection) bool { return o.ID == id })
			if i < 0 {
				return noObjection()
			}
			b.List[i].Answer, b.List[i].AnsweredAt = &answer, new(p.clock().UTC().Truncate(time.Microsecond))
			answered = b.List[i]
			return nil
		})
	}
	if who != nil {
		audit.Note(ctx, audit.Event{Action: access.EditPeople, Verb: "answer", Subjects: []string{code}, Outcome: fault.CodeOf(err)})
	}
	return answered, err
}

// Objections returns the objections of the person, the earliest first, to the person and to
// HR who may edit them; to others none. It takes one round trip for all people of an answer.
func (e Employee) Objections(ctx context.Context) ([]Objection, error) {
	if err := checkPerson(ctx, access.Learner, readVerb, e.who, nil); err != nil {
		return nil, err
	}
	v, err := access.FromContext(ctx)
	if err != nil || !seesObjections(v, e.who) {
		return []Objection{}, err
	}
	list, err := e.group.objectionsOf(ctx, e.people, e.Code())
	return append([]Objection{}, list...), err
}

// readObjections reads the objections of the people of a batch.
func (b *evidenceBatch) readObjections(ctx context.Context, p *People) (map[string][]Objection, error) {
	ids := make([]string, len(b.members))
	for i, who := range b.members {
		ids[i] = objectionsID(who.Code)
	}
	docs, err := p.store.Documents(ctx, store.DocumentQuery{Kind: objectionKind, IDs: ids})
	if err != nil {
		return nil, catalog.StoreFault(err)
	}
	byEmployee := map[string][]Objection{}
	for _, d := range docs {
		body, err := decodeObjections(d)
		if err != nil {
			return nil, err
		}
		for _, o := range body.List {
			byEmployee[o.EmployeeCode] = append(byEmployee[o.EmployeeCode], o)
		}
	}
	return byEmployee, nil
}

func seesObjections(v *access.Viewer, who *access.Person) bool {
	return v.Self() == who.Code || v.DecideEdit(access.PersonEdit{Field: access.Name}, who) == access.Allowed
}

// Objections returns the objections of everybody whose the viewer may see, the earliest
// first, perhaps only those without an answer. It reads all objections.
func (p *People) Objections(ctx context.Context, unanswered bool) ([]Objection, error) {
	v, err := access.ScopedViewer(ctx, access.PeopleList)
	if err != nil {
		return nil, err
	}
	docs, err := p.store.Documents(ctx, store.DocumentQuery{Kind: objectionKind})
	if err != nil {
		return nil, catalog.StoreFault(err)
	}
	var all []Objection
	var codes []string
	for _, d := range docs {
		b, err := decodeObjections(d)
		if err != nil {
			return nil, err
		}
		for _, o := range b.List {
			if !unanswered || o.Answer == nil {
				all, codes = append(all, o), append(codes, o.EmployeeCode)
			}
		}
	}
	subjects, err := p.readSubjects(ctx, v, codes)
	if err != nil {
		return nil, err
	}
	list, shown := []Objection{}, []string{}
	for _, o := range all {
		who := subjects.of(o.EmployeeCode)
		if who != nil && v.DecidePerson(access.Learner, who) == access.Allowed && seesObjections(v, who) {
			list, shown = append(list, o), append(shown, o.EmployeeCode)
		}
	}
	slices.SortStableFunc(list, func(a, b Objection) int { return a.At.Compare(b.At) })
	if len(shown) > 0 {
		audit.Note(ctx, audit.Event{Action: access.Learner, Verb: readVerb, Subjects: shown})
	}
	return list, nil
}

// EraseObjections deletes the objections of an employee. It is for the system.
func (p *People) EraseObjections(ctx context.Context, employee string) error {
	if err := requireSystem(ctx); err != nil {
		return err
	}
	if err := p.store.DeleteDocuments(ctx, objectionKind, []string{objectionsID(employee)}); err != nil {
		return catalog.StoreFault(err)
	}
	return nil
}

// Companions returns the documents that share the transaction of a change set: whoever is
// deleted leaves no objections and no history of readiness to the next one with the code. It
// costs nothing for a set that deletes nobody.
func (r References) Companions(ctx context.Context, cs competency.ChangeSet) (changed []store.Document, err error) {
	var codes, ids []string
	for _, e := range cs.Delete.Employees {
		if !slices.ContainsFunc(cs.Put.Employees, func(put competency.Employee) bool { return put.Code == e.Code }) {
			codes = append(codes, e.Code)
		}
	}
	if len(codes) == 0 {
		return nil, nil
	}
	slices.Sort(codes)
	codes = slices.Compact(codes)
	for _, code := range codes {
		ids = append(ids, objectionsID(code))
	}
	if changed, err = withoutReadiness(ctx, r.documents, codes); err != nil {
		return nil, err
	}
	docs, err := r.documents.Documents(ctx, store.DocumentQuery{Kind: objectionKind, IDs: ids})
	for _, d := range docs {
		if d.Body != noObjections {
			d.Body = noObjections
			changed = append(changed, d)
		}
	}
	return changed, err
}

const noObjections = `{"list":[]}`

// editObjections edits the objections of an employee (optimistic concurrency).
func (p *People) editObjections(ctx context.Context, employee string, edit func(*objectionsBody) error) error {
	const maxAttempts = 20
	for attempt := 1; ; attempt++ {
		d, b, err := p.readObjections(ctx, employee)
		if err != nil {
			return err
		}
		if err := edit(&b); err != nil {
			return err
		}
		body, err := json.Marshal(b)
		if err != nil {
			return err
		}
		d.Body = string(body)
		err = p.store.PutDocuments(ctx, []store.Document{d})
		switch {
		case err == nil:
			return nil
		case !errors.Is(err, store.ErrConflict) || attempt == maxAttempts:
			return catalog.StoreFault(err)
		}
	}
}

func (p *People) readObjections(ctx context.Context, employee string) (d store.Document, b objectionsBody, err error) {
	id := objectionsID(employee)
	docs, err := p.store.Documents(ctx, store.DocumentQuery{Kind: objectionKind, IDs: []string{id}})
	switch {
	case err != nil:
		return d, b, catalog.StoreFault(err)
	case len(docs) == 0:
		return store.Document{Kind: objectionKind, ID: id, At: p.clock().UTC().Truncate(time.Microsecond)}, b, nil
	}
	b, err = decodeObjections(docs[0])
	return docs[0], b, err
}

func decodeObjections(d store.Document) (b objectionsBody, err error) {
	if err := json.Unmarshal([]byte(d.Body), &b); err != nil {
		return b, fmt.Errorf("document %s of kind %s: %w", d.ID, d.Kind, err)
	}
	return b, nil
}

// objectionText checks a reason or an answer.
func objectionText(field, text string) (string, error) {
	text = competency.Trim(text)
	switch n := utf8.RuneCountInString(text); {
	case n == 0:
		return "", objectionProblem(field, fault.InvalidArgument, fault.T("say why", "请填写内容"))
	case n > maxObjectionText:
		return "", objectionProblem(field, fault.InvalidArgument, fault.T("the text has more than %d characters: shorten it", "文本超过 %d 个字符：请缩短", maxObjectionText))
	}
	return text, nil
}

func objectionProblem(field string, code fault.Code, text fault.Text) error {
	return fault.FromProblems([]fault.Problem{{Place: fault.Place{Field: field}, Code: code, Text: text}})
}

func noObjection() error {
	return objectionProblem("id", fault.NotFound, fault.T("there is no such objection, or not any more", "没有此异议，或已撤回"))
}
