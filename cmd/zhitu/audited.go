package main

import (
	"context"
	"crypto/rand"
	"errors"
	"os/user"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/zhitu/zhitu/internal/audit"
	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/store"
)

// keySuffix is what the name of the file of a SQLite store's audit key ends with.
const keySuffix = ".audit-key"

// day is what audit-retention counts.
const day = 24 * time.Hour

// beginAudit makes a command one request of the audit, by the user of the operating system.
// A server has requests of its own.
func beginAudit(cmd *cobra.Command) {
	if cmd.Name() == serveName {
		return
	}
	cmd.SetContext(audit.Begin(cmd.Context(), systemRequest()))
}

// systemRequest is what the user of the operating system asks of this program.
func systemRequest() audit.Request {
	r := audit.Request{ID: strings.ToLower(rand.Text()[:16])}
	if who, err := user.Current(); err == nil {
		r.User = who.Username
	}
	return r
}

// auditKey returns the key of a store's audit: the setting, or that of a file beside SQLite.
func (a *app) auditKey(name string) (audit.Key, error) {
	file, isFile := strings.CutPrefix(name, "sqlite:")
	switch {
	case name == "memory:":
		return audit.NewKey(), nil
	case a.cfg.AuditKey != "":
		key, err := audit.ParseKey(a.cfg.AuditKey)
		if known, ok := errors.AsType[*fault.Error](err); ok {
			return key, a.invalidSetting("audit-key", "%s", "%s", known.Text)
		}
		return key, err
	case isFile:
		return audit.KeyFile(file + keySuffix)
	}
	return audit.Key{}, usageError{fault.New(fault.InvalidArgument,
		"set ZHITU_AUDIT_KEY to the secret that protects the audit in %s: make it once, such as by openssl rand -hex 32, and give every program that uses this store the same",
		"请设置 ZHITU_AUDIT_KEY，即保护 %s 中审计记录的密钥：只需生成一次，例如用 openssl rand -hex 32；使用此存储的所有程序须设置同一密钥", competency.Quote(name))}
}

// newAudit returns the audit of a store.
func (a *app) newAudit(name string, st store.Store) (*audit.Log, error) {
	key, err := a.auditKey(name)
	if err != nil {
		return nil, err
	}
	return audit.New(st, key, audit.Config{Retention: time.Duration(a.cfg.AuditRetention) * day, Log: a.log}), nil
}

// cause returns what a fault comes from, or the error itself.
func cause(err error) error {
	if inner := errors.Unwrap(err); inner != nil {
		return inner
	}
	return err
}

// withAudit runs an action on a store. What it notes is written before it prints anything,
// and at its end. Where that cannot be, it fails; but one that only reads warns, and
// answers.
func (a *app) withAudit(ctx context.Context, name string, st store.Store, how accessMode, do func() error) error {
	outer, outerCommit := a.audit, a.commitAudit
	defer func() { a.audit, a.commitAudit = outer, outerCommit }()
	if outerCommit != nil { // what was noted of another store is written there
		if err := outerCommit(); err != nil {
			return err
		}
	}
	log, err := a.newAudit(name, st)
	if err != nil && (how != openExisting || fault.CodeOf(err) != fault.Unavailable) {
		return err
	}
	warned := false
	a.audit = log
	a.commitAudit = func() error {
		failed := err
		if log != nil {
			failed = log.Commit(ctx)
		}
		if failed == nil || how != openExisting {
			return failed
		}
		if !warned {
			warned = true
			a.warn(fault.T("this command is not in the audit, which cannot be written: %v", "审计记录无法写入，此命令未被记录：%v", cause(failed)))
		}
		return nil
	}
	done := do()
	if failed := a.commitAudit(); done == nil {
		done = failed
	}
	return done
}
