package main

import (
	"cmp"
	"context"
	"crypto/tls"
	"net"
	"net/netip"

	"github.com/spf13/pflag"

	"github.com/zhitu/zhitu/internal/access"
	"github.com/zhitu/zhitu/internal/account"
	"github.com/zhitu/zhitu/internal/competency"
	"github.com/zhitu/zhitu/internal/config"
	"github.com/zhitu/zhitu/internal/fault"
	"github.com/zhitu/zhitu/internal/server"
)

// defaultListen is the address to listen on where none is given.
const defaultListen = "127.0.0.1:8080"

// listeningFlags adds the flags that say from where the server can be reached.
func listeningFlags(flags *pflag.FlagSet) {
	flags.String("public-url", "", "address by which people know the server, such as https://zhitu.example.com")
	flags.String("base-path", "", "path before all others, such as /zhitu, where a proxy has more than this server")
	flags.StringSlice("allowed-origins", nil, "origins of pages that may use the API with a token, such as https://portal.example.com")
	flags.StringSlice("frame-ancestors", nil, "origins of pages that may show the server's pages in a frame, such as https://lms.example.com")
	flags.String("tls-cert", "", "PEM file with the certificate, for https; it is read again when it changes")
	flags.String("tls-key", "", "PEM file with the key of the certificate")
	flags.StringSlice("trusted-proxies", nil, "addresses or networks of proxies in front, whose X-Forwarded-For and X-Forwarded-Proto count")
}

// checkListening checks the address to listen on, and that nobody gets in unknown from
// other machines. Where only the store can tell, checkAccess does.
func (a *app) checkListening(store string) error {
	if _, _, err := net.SplitHostPort(a.cfg.Listen); err != nil {
		return a.invalidSetting("listen", "%s is not an address such as 127.0.0.1:8080", "%s 不是地址，如 127.0.0.1:8080", competency.Quote(a.cfg.Listen))
	}
	loopback := server.IsLoopback(a.cfg.Listen)
	if a.cfg.Demo && !loopback {
		return a.invalidSetting("demo", "a demo lets everybody be anybody, so it serves this machine alone: leave --listen out, or give 127.0.0.1",
			"演示允许任何人以任意身份访问，因此仅供本机使用：请去掉 --listen，或改为 127.0.0.1")
	}
	if a.cfg.Token == "" {
		if !loopback && !isTerminal(a.out) && a.cfg.OIDCIssuer == "" && (store == "memory:" || isMissingFile(store)) {
			return a.needsAccounts()
		}
		return nil
	}
	if weak := config.WeakToken(a.cfg.Token); weak != (fault.Text{}) {
		if !loopback {
			return a.invalidSetting("token", "%s", "%s", weak)
		}
		a.warn(weak)
	}
	return nil
}

func (a *app) needsAccounts() error {
	return a.invalidSetting("listen", "listening on %s lets other machines in: make the first account with zhitu account invite --admin, or set ZHITU_TOKEN to the bearer token that they must send",
		"监听 %s 会允许其他机器访问：请用 zhitu account invite --admin 创建首个账号，或设置 ZHITU_TOKEN，即它们必须发送的令牌", a.cfg.Listen)
}

// configureListening reads from where the server can be reached.
func (a *app) configureListening(cfg *server.Config) error {
	cfg.Loopback = server.IsLoopback(a.cfg.Listen)
	cfg.Open = cfg.Loopback && a.cfg.Token == ""
	for _, text := range a.cfg.TrustedProxies {
		network, err := server.ParseProxy(text)
		if err != nil {
			return a.invalidSetting("trusted-proxies", "%s is neither an address such as 10.0.0.1 nor a network such as 10.0.0.0/8",
				"%s 不是地址（如 10.0.0.1），也不是网段（如 10.0.0.0/8）", competency.Quote(text))
		}
		cfg.Proxies = append(cfg.Proxies, network)
	}
	for _, text := range a.cfg.AllowedOrigins {
		origin, ok := server.ParseOrigin(text)
		if !ok {
			return a.invalidSetting("allowed-origins", "%s is not an origin such as https://portal.example.com", "%s 不是来源，如 https://portal.example.com", competency.Quote(text))
		}
		cfg.AllowedOrigins = append(cfg.AllowedOrigins, origin)
	}
	for _, text := range a.cfg.FrameAncestors {
		source, ok := server.ParseFrameAncestor(text)
		if !ok {
			return a.invalidSetting("frame-ancestors", "%s is not an origin such as https://lms.example.com or https://*.example.com, nor self",
				"%s 不是来源（如 https://lms.example.com 或 https://*.example.com），也不是 self", competency.Quote(text))
		}
		cfg.FrameAncestors = append(cfg.FrameAncestors, source)
	}
	return a.configureAddress(cfg)
}

// configureAddress reads by which address people know the server.
func (a *app) configureAddress(cfg *server.Config) (err error) {
	if a.cfg.PublicURL != "" {
		var ok bool
		if cfg.PublicOrigin, cfg.BasePath, ok = server.ParsePublicURL(a.cfg.PublicURL); !ok {
			return a.invalidSetting("public-url", "%s is not an address such as https://zhitu.example.com", "%s 不是地址，如 https://zhitu.example.com", competency.Quote(a.cfg.PublicURL))
		}
	}
	path, ok := server.ParseBasePath(a.cfg.BasePath)
	switch {
	case !ok:
		return a.invalidSetting("base-path", "%s is not a path such as /zhitu", "%s 不是路径，如 /zhitu", competency.Quote(a.cfg.BasePath))
	case cfg.BasePath != "" && a.cfg.BasePath != "" && path != cfg.BasePath:
		return a.invalidSetting("base-path", "public-url ends with another path: %s", "public-url 的路径与此不同：%s", cfg.BasePath)
	}
	cfg.BasePath = cmp.Or(path, cfg.BasePath)
	return nil
}

// loadTLS reads the certificate, nil for plain HTTP.
func (a *app) loadTLS() (*tls.Config, error) {
	switch {
	case a.cfg.TLSCert == "" && a.cfg.TLSKey == "":
		return nil, nil
	case a.cfg.TLSKey == "":
		return nil, a.invalidSetting("tls-cert", "the key is missing: give --tls-key too", "缺少密钥：请同时指定 --tls-key")
	case a.cfg.TLSCert == "":
		return nil, a.invalidSetting("tls-key", "the certificate is missing: give --tls-cert too", "缺少证书：请同时指定 --tls-cert")
	}
	encryption, err := server.LoadTLS(a.cfg.TLSCert, a.cfg.TLSKey, a.log)
	if err != nil {
		return nil, a.invalidSetting("tls-cert", "the certificate cannot be used: %v", "证书无法使用：%v", err)
	}
	return encryption, nil
}

// serverURL returns the address of the server: the one by which people know it, else the
// one that it listens on.
func (a *app) serverURL(listener net.Listener, cfg *server.Config) string {
	address := listener.Addr().String()
	if isTerminal(a.out) {
		address = reachableAddress(address)
	}
	return a.urlOf(address, cfg)
}

// configuredURL returns the address of the server that the settings describe, whether it runs
// or not.
func (a *app) configuredURL() (string, error) {
	var cfg server.Config
	if err := a.configureAddress(&cfg); err != nil {
		return "", err
	}
	return a.urlOf(reachableAddress(cmp.Or(a.cfg.Listen, defaultListen)), &cfg), nil
}

// urlOf returns the address of a server that listens on an address.
func (a *app) urlOf(address string, cfg *server.Config) string {
	switch {
	case cfg.PublicOrigin != "":
		return cfg.PublicOrigin + cfg.BasePath
	case a.cfg.TLSCert != "":
		return "https://" + address + cfg.BasePath
	}
	return "http://" + address + cfg.BasePath
}

// reachableAddress returns an address by which this machine reaches what listens on another:
// 127.0.0.1 for every address of the machine.
func reachableAddress(address string) string {
	host, port, err := net.SplitHostPort(address)
	if ip, _ := netip.ParseAddr(host); err == nil && (host == "" || ip.IsUnspecified()) {
		return net.JoinHostPort("127.0.0.1", port)
	}
	return address
}

// firstAdministrator is the user name of the account whose link serve prints.
const firstAdministrator = "admin"

// checkAccess refuses to let other machines in where nobody could sign in. On a terminal it
// makes the account of the first administrator, and returns the secret of its link.
func (a *app) checkAccess(ctx context.Context, accounts *account.Accounts, cfg *server.Config) (secret string, err error) {
	if a.cfg.Demo {
		return "", nil
	}
	exists, err := accounts.Any(ctx)
	if err != nil {
		return "", err
	}
	has, err := accounts.HasAdministrator(ctx)
	switch needed := !cfg.Loopback && a.cfg.Token == ""; {
	case err != nil || has:
		return "", err
	case needed && isTerminal(a.out):
		invited, err := accounts.InviteAdministrator(access.WithViewer(ctx, access.System()), firstAdministrator)
		return invited.Secret, err
	case needed && !exists && cfg.Provider == nil:
		return "", a.needsAccounts()
	case cfg.Open && !exists:
		a.warn(fault.T("whoever is on this machine may do everything: to let people sign in, run zhitu account invite --admin",
			"本机上的任何人均可进行任何操作：如需登录，请运行 zhitu account invite --admin"))
	default:
		a.inform(fault.T("no administrator can sign in: run zhitu account invite --admin", "尚无可登录的管理员：请运行 zhitu account invite --admin"))
	}
	return "", nil
}

// printFirstLink prints the link of the first administrator: on the terminal alone, and never
// into a log.
func (a *app) printFirstLink(url, secret string) {
	a.println(`
Nobody can sign in yet. Set the password of the first administrator, within 24 hours, at:

    %[1]s/invite#%[2]s
`, `
尚无人可以登录。请在 24 小时内打开以下链接，设置首位管理员的密码：

    %[1]s/invite#%[2]s
`, url, secret)
}
