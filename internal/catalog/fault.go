package catalog

import (
	"context"
	"errors"

	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/store"
)

// NotFound says in both languages that no record of a type has a code.
func NotFound(en, zh, code string) error {
	return fault.New(fault.NotFound, "there is no "+en+" %s", "不存在"+zh+" %s", competency.Quote(code))
}

// StoreFault turns a failure of the store into a fault. An error that is a fault
// already stays.
func StoreFault(err error) error {
	var known *fault.Error
	switch {
	case errors.As(err, &known):
		return err
	case errors.Is(err, store.ErrLimit):
		return fault.Wrap(err, fault.LimitExceeded, "the change is too large for the store's settings, which the log names: raise them, or make it in parts", "变更超出存储的设置上限（详见日志）：请调高设置或分批进行")
	case errors.Is(err, store.ErrSchema):
		return fault.Wrap(err, fault.Unavailable, "the data were written by a newer version of zhitu: update this program", "数据由更新版本的 zhitu 写入：请升级本程序")
	case errors.Is(err, store.ErrUnavailable), errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		return fault.Wrap(err, fault.Unavailable, "the store cannot be reached in time: try again", "暂时无法访问存储：请稍后重试")
	default:
		return fault.Wrap(err, fault.Internal, "internal error", "内部错误")
	}
}
