package service

import (
	"context"
	"encoding/json"
	"time"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/optional"
	"github.com/zhitu/zhitu/internal/page"
	"github.com/zhitu/zhitu/internal/people"
)

// OwnDataExport is everything that is kept of one person, for them to take along.
type OwnDataExport struct {
	JSON  string           // all of it as one document
	Files []OwnDataCSVFile // the same as tables
}

// OwnDataCSVFile is a table in CSV: UTF-8 with a byte order mark, as spreadsheets read it.
type OwnDataCSVFile struct{ Name, Text string }

// ownData is the document. What is a list becomes a table of the same name.
type ownData struct {
	ExportedAt time.Time      `json:"exportedAt"`
	Employee   ownEmployee    `json:"employee"`
	States     []ownState     `json:"states"`
	Evidence   []ownEvidence  `json:"evidence"`
	Dropped    []ownDropped   `json:"droppedEvidence"`    // older than is kept
	Checkpoint []ownTrack     `json:"evidenceCheckpoint"` // what that gave, as numbers of the mastery model
	Objections []ownObjection `json:"objections"`
	Readiness  []ownReadiness `json:"readiness"`  // for positions held and targeted, by month
	Statements []ownStatement `json:"statements"` // that could not be mapped, and are probably about the person
	Account    ownAccount     `json:"account"`
	Sessions   []ownSession   `json:"sessions"`
	Tokens     []ownToken     `json:"tokens"`
	Looks      []ownLook      `json:"looks"` // who did what with the data
}

type ownEmployee struct {
	Code       string   `json:"code"`
	Name       string   `json:"name"`
	OrgUnit    string   `json:"orgUnit"`
	Position   string   `json:"position"`
	Manager    string   `json:"manager"`
	Targets    []string `json:"targets"`
	Modalities []string `json:"modalities"`
}

type ownState struct {
	KnowledgePoint string     `json:"knowledgePoint"`
	Mastery        float64    `json:"mastery"`
	AssessedAt     time.Time  `json:"assessedAt"`
	Current        float64    `json:"current"` // what remains of it now
	EvidenceCount  int        `json:"evidenceCount"`
	StabilityDays  float64    `json:"stabilityDays"`
	Entered        *float64   `json:"enteredMastery"`
	EnteredAt      *time.Time `json:"enteredAt"`
}

type ownEvidence struct {
	ID              string    `json:"id"`
	At              time.Time `json:"at"`
	Kind            string    `json:"kind"`
	KnowledgePoints []string  `json:"knowledgePoints"`
	Score           float64   `json:"score"`
	Attempts        *int      `json:"attempts"`
	DurationSeconds *float64  `json:"durationSeconds"`
	Item            *string   `json:"item"`
	Difficulty      *float64  `json:"difficulty"`
	Source          *string   `json:"source"`
	Retracted       bool      `json:"retracted"`
}

type ownDropped struct {
	ID        string `json:"id"`
	Retracted bool   `json:"retracted"`
}

type ownTrack struct {
	KnowledgePoint string    `json:"knowledgePoint"`
	Mastery        float64   `json:"mastery"`
	AssessedAt     time.Time `json:"assessedAt"`
	EvidenceCount  int       `json:"evidenceCount"`
	StabilityDays  float64   `json:"stabilityDays"`
	Entered        *float64  `json:"enteredMastery"` // that it started from
}

type ownObjection struct {
	ID             string     `json:"id"`
	At             time.Time  `json:"at"`
	KnowledgePoint string     `json:"knowledgePoint"`
	Reason         string     `json:"reason"`
	Answer         *string    `json:"answer"`
	AnsweredAt     *time.Time `json:"answeredAt"`
}

type ownReadiness struct {
	At            time.Time `json:"at"`
	Revision      int       `json:"revision"`
	Position      string    `json:"position"`
	Held          bool      `json:"held"`
	Coverage      float64   `json:"coverage"`
	Ready         bool      `json:"ready"`
	CriticalReady bool      `json:"criticalReady"`
}

type ownStatement struct {
	ID         string    `json:"id"`
	ReceivedAt time.Time `json:"receivedAt"`
	Statement  string    `json:"statement"`
}

type ownAccount struct {
	ID           string     `json:"id"`
	Name         string     `json:"name"`
	Login        *string    `json:"login"`
	Subject      *string    `json:"subject"` // at the identity provider
	Grants       []string   `json:"grants"`
	CreatedAt    *time.Time `json:"createdAt"`
	LastSignInAt *time.Time `json:"lastSignInAt"`
}

type ownSession struct {
	ID        string    `json:"id"`
	CreatedAt time.Time `json:"createdAt"`
	LastUseAt time.Time `json:"lastUseAt"`
	ExpiresAt time.Time `json:"expiresAt"`
	Address   *string   `json:"address"`
	Browser   *string   `json:"browser"`
}

type ownToken struct {
	ID        string     `json:"id"`
	Name      string     `json:"name"`
	Scopes    []string   `json:"scopes"`
	OrgUnits  []string   `json:"orgUnits"`
	CreatedAt time.Time  `json:"createdAt"`
	ExpiresAt time.Time  `json:"expiresAt"`
	LastUseAt *time.Time `json:"lastUseAt"`
}

type ownLook struct {
	At     time.Time `json:"at"`
	By     string    `json:"by"` // name of the account
	Action string    `json:"action"`
	Verb   string    `json:"verb"`
}

// ExportMe returns everything that is kept of the viewer's own employee, without secrets.
// It reads all that the audit has about them, and all statements that are set aside.
func (s *Service) ExportMe(ctx context.Context) (*OwnDataExport, error) {
	own, err := s.People.OwnRecord(ctx)
	if err != nil {
		return nil, err
	}
	now := s.clock().UTC()
	data := ownData{ExportedAt: now, Employee: ownEmployeeOf(own.Employee), States: []ownState{}, Evidence: []ownEvidence{}, Objections: []ownObjection{}, Readiness: []ownReadiness{}}
	for _, state := range own.States {
		row := ownState{
			KnowledgePoint: state.KnowledgePoint, Mastery: state.Mastery, AssessedAt: state.AssessedAt, Current: state.Current(now),
			EvidenceCount: state.Results, StabilityDays: state.EffectiveStability().Hours() / 24,
		}
		if state.Entered.Assessed() {
			row.Entered, row.EnteredAt = &state.Entered.Mastery, &state.Entered.AssessedAt
		}
		data.States = append(data.States, row)
	}
	for _, e := range own.Evidence {
		data.Evidence = append(data.Evidence, ownEvidence{
			ID: e.ID, At: e.At, Kind: string(e.Kind), KnowledgePoints: e.KnowledgePoints, Score: e.Score, Attempts: optional.Of(e.Attempts),
			DurationSeconds: optional.Of(e.Duration.Seconds()), Item: optional.Of(e.Item), Difficulty: e.Difficulty, Source: optional.Of(e.Source), Retracted: e.Retracted,
		})
	}
	exportDropped(&data, own)
	for _, o := range own.Objections {
		data.Objections = append(data.Objections, ownObjection{o.ID, o.At, o.KnowledgePoint, o.Reason, o.Answer, o.AnsweredAt})
	}
	for _, r := range own.Readiness {
		data.Readiness = append(data.Readiness, ownReadiness{r.At, r.Revision, r.PositionCode, r.Held, r.Coverage, r.Ready, r.CriticalReady})
	}
	for _, step := range []func() error{
		func() error { return s.exportStatements(ctx, &data) },
		func() error { return s.exportAccount(ctx, &data) },
		func() error { return s.exportLooks(ctx, &data) },
	} {
		if err := step(); err != nil {
			return nil, err
		}
	}
	text, err := json.MarshalIndent(data, "", "  ")
	if err != nil {
		return nil, err
	}
	return &OwnDataExport{JSON: string(text), Files: csvFiles(data)}, nil
}

// exportDropped adds what stays of evidence that was dropped.
func exportDropped(data *ownData, own *people.OwnRecord) {
	data.Dropped, data.Checkpoint = []ownDropped{}, []ownTrack{}
	for _, e := range own.Dropped {
		data.Dropped = append(data.Dropped, ownDropped{e.ID, e.Retracted})
	}
	for _, t := range own.Checkpoint {
		row := ownTrack{t.KnowledgePoint, t.Mastery, t.AssessedAt, t.Results, t.EffectiveStability().Hours() / 24, nil}
		if t.Entered.Assessed() {
			row.Entered = &t.Entered.Mastery
		}
		data.Checkpoint = append(data.Checkpoint, row)
	}
}

func ownEmployeeOf(e competency.Employee) ownEmployee {
	own := ownEmployee{Code: e.Code, Name: e.Name, OrgUnit: e.OrgUnit, Position: e.Position, Manager: e.Manager, Targets: append([]string{}, e.Targets...), Modalities: []string{}}
	for _, m := range e.Modalities {
		own.Modalities = append(own.Modalities, string(m))
	}
	return own
}

// exportStatements adds the unmapped statements about a person. The system reads them: most
// people may not read any.
func (s *Service) exportStatements(ctx context.Context, data *ownData) error {
	data.Statements = []ownStatement{}
	system := asSystem(ctx)
	who, err := s.lineOf(system, data.Employee.Code, data.Employee.Name)
	if err != nil {
		return err
	}
	list, err := s.statementsAbout(system, who)
	for _, u := range list {
		data.Statements = append(data.Statements, ownStatement{u.ID, u.ReceivedAt, u.Statement})
	}
	return err
}

func (s *Service) exportAccount(ctx context.Context, data *ownData) error {
	data.Sessions, data.Tokens = []ownSession{}, []ownToken{}
	own, err := s.Accounts.Own(ctx)
	if err != nil {
		return err
	}
	data.Account.Grants = []string{}
	if own != nil {
		data.Account = ownAccount{own.ID, own.Name, own.Login, own.Subject, []string{}, &own.CreatedAt, own.LastSignInAt}
		for _, g := range own.Grants {
			data.Account.Grants = append(data.Account.Grants, g.String())
		}
	}
	sessions, err := s.Accounts.Sessions(ctx)
	if err != nil {
		return err
	}
	for _, v := range sessions {
		data.Sessions = append(data.Sessions, ownSession{v.ID, v.CreatedAt, v.LastUseAt, v.ExpiresAt, v.Address, v.Browser})
	}
	tokens, err := s.Accounts.Tokens(ctx, nil)
	for _, t := range tokens {
		row := ownToken{t.ID, t.Name, []string{}, t.OrgUnits, t.CreatedAt, t.ExpiresAt, t.LastUseAt}
		for _, scope := range t.Scopes {
			row.Scopes = append(row.Scopes, scope.Names()...)
		}
		data.Tokens = append(data.Tokens, row)
	}
	return err
}

func (s *Service) exportLooks(ctx context.Context, data *ownData) error {
	data.Looks = []ownLook{}
	if s.Audit == nil {
		return nil
	}
	for after := (*string)(nil); ; {
		list, err := s.Audit.Looks(ctx, page.MaxSize, after)
		if err != nil {
			return err
		}
		for _, e := range list.Nodes {
			data.Looks = append(data.Looks, ownLook{e.At, e.By, e.Action, e.Verb})
		}
		if !list.PageInfo.HasNextPage {
			return nil
		}
		after = list.PageInfo.EndCursor
	}
}

// lineOf returns the line that is one person, for the statements that are probably about them:
// by the name only where nobody else has it.
func (s *Service) lineOf(ctx context.Context, code, name string) (people.OwnLine, error) {
	list, err := s.People.Employees(ctx, page.MaxSize, nil, &people.EmployeeFilter{Text: &name}, false)
	if err != nil {
		return people.OwnLine{}, err
	}
	for _, e := range list.Nodes {
		if e.Code() != code && competency.SameName(name, e.Name()) {
			return people.LineOf(code), nil
		}
	}
	return people.LineOf(code, name), nil
}
