package server

import (
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// ParseProxy reads the address of a proxy, or a network of them.
func ParseProxy(text string) (netip.Prefix, error) {
	if addr, err := netip.ParseAddr(text); err == nil {
		addr = addr.Unmap()
		return netip.PrefixFrom(addr, addr.BitLen()), nil
	}
	network, err := netip.ParsePrefix(text)
	return network.Masked(), err
}

// clientAddress returns the address of the client: of the connection, or of what the
// trusted proxies in front have seen. X-Forwarded-For is read from its end, because
// whoever stands before the trusted proxies may have written the rest.
func clientAddress(r *http.Request, proxies []netip.Prefix) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		host = r.RemoteAddr
	}
	if len(proxies) == 0 {
		return host
	}
	client, err := netip.ParseAddr(host)
	if err != nil {
		return host
	}
	forwarded := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for _, text := range slices.Backward(forwarded) {
		if !isTrusted(client, proxies) {
			break
		}
		previous, ok := parseForwarded(strings.TrimSpace(text))
		if !ok {
			break
		}
		client = previous
	}
	return client.Unmap().WithZone("").String()
}

// parseForwarded reads an entry of X-Forwarded-For. Some proxies write a port.
func parseForwarded(text string) (netip.Addr, bool) {
	addr, err := netip.ParseAddr(strings.Trim(text, "[]"))
	if err != nil {
		port, portErr := netip.ParseAddrPort(text)
		return port.Addr(), portErr == nil
	}
	return addr, true
}

func isTrusted(addr netip.Addr, proxies []netip.Prefix) bool {
	addr = addr.Unmap().WithZone("")
	return slices.ContainsFunc(proxies, func(p netip.Prefix) bool { return p.Contains(addr) })
}
