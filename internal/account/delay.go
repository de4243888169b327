package account

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"time"

	"github.com/zhitu/zhitu/internal/fault"
)

// delayBody counts attempts to sign in that failed, or whose end is not known yet.
type delayBody struct {
	Failures int       `json:"failures"`
	Last     time.Time `json:"last"`
}

// The delays after failures: they double from a second on, for each login and for each
// address, whichever instance is asked. They are kept under a part of a hash, so that guessing
// at unknown logins looks the same and fills no store.
const (
	freeAttempts        = 5
	freeAddressAttempts = 30 // many people may share one
	maxDelay            = 15 * time.Minute
	forgetAfter         = 24 * time.Hour
)

// tooSoon is the cause of an error that says to wait.
type tooSoon struct{ wait time.Duration }

func (t tooSoon) Error() string { return "too many attempts" }

// RetryAfter returns how long to wait after an error of SignIn; 0 for any other error.
func RetryAfter(err error) time.Duration {
	var t tooSoon
	_ = errors.As(err, &t)
	return t.wait
}

// attempt is one try to sign in.
type attempt struct {
	accounts       *Accounts
	login, address string
}

func delayID(kind, text string) string {
	sum := sha256.Sum256([]byte(kind + " " + text))
	return kind + "-" + hex.EncodeToString(sum[:2])
}

// eachCounter calls a function for the counters of an attempt.
func (t attempt) eachCounter(u *unitOfWork, do func(counter *delayBody, free int) error) error {
	for _, c := range []struct {
		id   string
		free int
	}{{delayID("login", t.login), freeAttempts}, {delayID("address", t.address), freeAddressAttempts}} {
		counter, err := loadDocument[delayBody](u, delayKind, c.id)
		if err != nil {
			return err
		}
		if counter == nil {
			counter = &delayBody{}
			u.addDocument(delayKind, c.id, u.now, counter)
		}
		if err := do(counter, c.free); err != nil {
			return err
		}
	}
	return nil
}

// beginAttempt counts an attempt as failed before it is tried, so that many at once are no way
// around the delays. LIMIT_EXCEEDED where it comes too soon.
func (t attempt) beginAttempt(ctx context.Context) error {
	return t.accounts.editInTransaction(ctx, func(u *unitOfWork) error {
		return t.eachCounter(u, func(counter *delayBody, free int) error {
			if u.now.Sub(counter.Last) > forgetAfter {
				counter.Failures = 0
			}
			if wait := counter.Last.Add(delayAfter(counter.Failures - free)).Sub(u.now); wait > 0 {
				seconds := int(wait/time.Second) + 1
				return fault.Wrap(tooSoon{wait}, fault.LimitExceeded, "too many failed attempts: try again in %[1]s", "失败次数过多：请在 %[2]d 秒后重试", fault.Count(seconds, "second", "seconds"), seconds)
			}
			counter.Failures++
			counter.Last = u.now
			return nil
		})
	})
}

// forgetFailures forgets the failures of the login, and that of the address which beginAttempt counted.
func (t attempt) forgetFailures(ctx context.Context) error {
	return t.accounts.editInTransaction(ctx, func(u *unitOfWork) error {
		return t.eachCounter(u, func(counter *delayBody, free int) error {
			if counter.Failures = max(counter.Failures-1, 0); free == freeAttempts {
				counter.Failures = 0
			}
			return nil
		})
	})
}

// delayAfter returns how long to wait after some failures more than are free.
func delayAfter(failures int) time.Duration {
	if failures < 0 {
		return 0
	}
	return min(time.Second<<min(failures, 20), maxDelay)
}
