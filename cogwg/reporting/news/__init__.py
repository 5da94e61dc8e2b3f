"""News: what jurisdictions achieved and what holds them back, told in either language and translated afterwards."""
