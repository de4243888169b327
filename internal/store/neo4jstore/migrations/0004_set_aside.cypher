// Statements that could not be mapped, the earliest first.
CREATE CONSTRAINT zhitu_set_aside_id IF NOT EXISTS FOR (n:SetAside) REQUIRE n.id IS UNIQUE;
CREATE INDEX zhitu_set_aside_at IF NOT EXISTS FOR (n:SetAside) ON (n.at);
