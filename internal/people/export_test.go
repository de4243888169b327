package people

import "time"

// AwaitPushed waits until subscribers have been given all that this process has been told of.
func (p *People) AwaitPushed() {
	for {
		p.broker.mu.Lock()
		reading := p.broker.reading
		p.broker.mu.Unlock()
		if !reading {
			return
		}
		time.Sleep(time.Millisecond)
	}
}
