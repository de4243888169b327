package web

import (
	"net/http"
	"time"
)

// OwnAccount is what the page of the own account shows.
type OwnAccount struct {
	Name, Login, Employee string // Login and Employee are empty for none
	Roles                 []string
	HasPassword           bool // else an identity provider, or a demo, lets the person in
	Sessions              []Session
	Tokens                []Token
	NewToken              NewToken
	Zone                  *time.Location // of the times
}

// Session is one that has not ended.
type Session struct {
	ID, Address, Browser string // Address and Browser are empty where they are unknown
	CreatedAt, LastUseAt time.Time
	Current              bool // the one that asks
}

// Token is one of the own tokens.
type Token struct {
	ID, Name             string
	Scopes, OrgUnits     []string
	CreatedAt, ExpiresAt time.Time
	LastUseAt            *time.Time
	Expired              bool
}

// NewToken is what the form for a token holds, and the text of one that has just been made.
type NewToken struct {
	Open           bool // the form is shown
	Text           string
	Name, OrgUnits string
	Days           string
	Scopes         []Scope
}

// Scope is one that a token may have.
type Scope struct {
	Name, EN, ZH string
	Chosen       bool
}

// Lives are the numbers of days from which people choose how long a token is valid.
func (NewToken) Lives() []string { return []string{"30", "90", "180", "366"} }

// Time returns a time as the page shows it.
func (o OwnAccount) Time(at time.Time) string { return at.In(o.Zone).Format("2006-01-02 15:04") }

// Machine returns a time for the attribute datetime.
func (OwnAccount) Machine(at time.Time) string { return at.UTC().Format(time.RFC3339) }

// ShowAccount shows the page where people see and end their sessions, change their password,
// and make and revoke their tokens.
func (p Page) ShowAccount(w http.ResponseWriter, status int) {
	p.Title = p.T("Your account", "我的账号")
	p.At = p.Base + "/account"
	p.show(w, status, "account.html")
}
