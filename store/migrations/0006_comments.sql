-- What stands in each table, for those who ask in SQL: a table with a comment can be read by `orewire sql`.

COMMENT ON TABLE feeds IS 'the sources that are polled, and how they are doing';
COMMENT ON COLUMN feeds.url IS 'its address';
COMMENT ON COLUMN feeds.name IS 'as config.yaml names it';
COMMENT ON COLUMN feeds.lang IS 'language, ISO 639-1';
COMMENT ON COLUMN feeds.country IS 'ISO 3166-1 alpha-2, or INT';
COMMENT ON COLUMN feeds.last_error IS 'why the last poll failed; null where it did not';
COMMENT ON COLUMN feeds.failures IS 'polls that failed since the last success';
COMMENT ON COLUMN feeds.newest_entry IS 'publication of its newest entry';
COMMENT ON COLUMN feeds.retired IS 'the server said that it is gone for good';

COMMENT ON COLUMN pages.url IS 'its address';
COMMENT ON COLUMN pages.feed IS 'address of the feed that told of it';
COMMENT ON COLUMN pages.state IS 'queued, done or dead (given up)';
COMMENT ON COLUMN pages.attempts IS 'how often it was tried';

COMMENT ON TABLE articles IS 'every text that was read, relevant or not';
COMMENT ON COLUMN articles.id IS 'derived from its address';
COMMENT ON COLUMN articles.lang IS 'language, ISO 639-1';
COMMENT ON COLUMN articles.published IS 'as the feed or the page says; null where neither does';
COMMENT ON COLUMN articles.fetched IS 'when it was read';
COMMENT ON COLUMN articles.source IS 'the outlet';
COMMENT ON COLUMN articles.feed IS 'address of the feed that told of it';
COMMENT ON COLUMN articles.content_hash IS 'the first 16 hex digits of the SHA-256 of title and text';
COMMENT ON COLUMN articles.relevant IS 'tells of an event of the codebook';
COMMENT ON COLUMN articles.note IS 'why nothing was understood of it';

COMMENT ON COLUMN revisions.article IS 'id of the article';
COMMENT ON COLUMN revisions.replaced_at IS 'when the newer text was read';

COMMENT ON COLUMN story_list.title IS 'of its first article';
COMMENT ON COLUMN stories.first_seen IS 'publication of the first article; likewise last_seen';

COMMENT ON COLUMN fingerprints.article IS 'number of the article';

COMMENT ON TABLE country_sets IS 'the sets of countries that events have: events.country_set is an id of these';
COMMENT ON COLUMN country_sets.members IS 'ISO 3166-1 alpha-2 codes, and EU';
COMMENT ON TABLE mineral_sets IS 'the sets of minerals that events have: events.mineral_set is an id of these';
COMMENT ON COLUMN mineral_sets.members IS 'canonical names, as in the codebook';

COMMENT ON COLUMN mentions.article IS 'number of the article';
COMMENT ON COLUMN mentions.number IS 'its place among the mentions of the article';
COMMENT ON COLUMN mentions.event IS 'id of the event that it belongs to';
COMMENT ON COLUMN mentions.type IS 'of the nineteen types of the codebook';
COMMENT ON COLUMN mentions.status IS 'actual or prospective';
COMMENT ON COLUMN mentions.salience IS 'main, or background: recalled as history';
COMMENT ON COLUMN mentions.date IS 'when it happened, as the article says';
COMMENT ON COLUMN mentions.evidence IS 'the sentence that shows it';
COMMENT ON COLUMN mentions.confidence IS 'from 0 to 1, calibrated';
COMMENT ON COLUMN mentions.seen IS 'when the article was published, else fetched';
COMMENT ON COLUMN mentions.copy_group IS 'number of the article of which its article is a near-copy';
COMMENT ON COLUMN mentions.version IS 'of the pipeline that made the row';

COMMENT ON COLUMN stances.article IS 'number of the article';
COMMENT ON COLUMN stances.holder IS 'who takes it, as named';
COMMENT ON COLUMN stances.holder_class IS 'community, indigenous, ngo, government, company, investor, union, court, expert or public';
COMMENT ON COLUMN stances.target IS 'what it is about: a project, company or policy, or mining';
COMMENT ON COLUMN stances.polarity IS 'support or oppose';
COMMENT ON COLUMN stances.basis IS 'action (sued, blocked, voted) or statement';
COMMENT ON COLUMN stances.evidence IS 'the sentence that shows it';
COMMENT ON COLUMN stances.version IS 'of the pipeline that made the row';

COMMENT ON TABLE events IS 'what happened, each once however many articles tell of it; event_list shows the same in words';
COMMENT ON COLUMN events.type IS 'of the nineteen types of the codebook';
COMMENT ON COLUMN events.status IS 'actual or prospective';
COMMENT ON COLUMN events.salience IS 'main, or background where it is only ever recalled as history';
COMMENT ON COLUMN events.country_set IS 'id of country_sets';
COMMENT ON COLUMN events.mineral_set IS 'id of mineral_sets';
COMMENT ON COLUMN events.project IS 'id of projects';
COMMENT ON COLUMN events.actor IS 'who acts, as named';
COMMENT ON COLUMN events.target IS 'on whom or what, as named';
COMMENT ON COLUMN events.stage IS 'of a deal, policy or permit: memorandum, binding, appealed, ...';
COMMENT ON COLUMN events.amount IS 'money, in currency';
COMMENT ON COLUMN events.confidence IS 'from 0 to 1; more sources that do not copy each other make it higher';
COMMENT ON COLUMN events.evidence_number IS 'see evidence_article; event_list has the sentence itself';
COMMENT ON COLUMN events.first_seen IS 'publication of the first article that tells of it; likewise last_seen';
COMMENT ON COLUMN events.article_count IS 'articles that tell of it';
COMMENT ON COLUMN events.opponents IS 'holders against it, as its articles report';
COMMENT ON COLUMN events.version IS 'of the pipeline that made the row';

COMMENT ON COLUMN weekly_counts.week IS 'its Monday';

COMMENT ON COLUMN reviews.action IS 'merge or split';
COMMENT ON COLUMN reviews.event IS 'id of the event that was merged or split';
COMMENT ON COLUMN reviews.into_event IS 'id of the event that it went into, or that was split off';
COMMENT ON COLUMN reviews.undone_at IS 'when it was taken back; null while it holds';

COMMENT ON COLUMN event_list.evidence IS 'the sentence that shows it best';
COMMENT ON COLUMN event_list.countries IS 'ISO 3166-1 alpha-2 codes of where it is, of every party to a deal; EU for the European Union';
COMMENT ON COLUMN event_list.minerals IS 'canonical names, as in the codebook';
COMMENT ON COLUMN event_list.project IS 'name of the mine, deposit or plant';
COMMENT ON COLUMN event_list.latitude IS 'of the project, where known; likewise longitude';

COMMENT ON TABLE minerals IS 'the minerals that are told apart';
COMMENT ON COLUMN minerals.name IS 'canonical name, as in the codebook';
COMMENT ON COLUMN minerals.symbol IS 'of the element, where it is one';
