//! Who loves, leaves and looks how, of people in the public eye. Their cases in court are none of it.

use super::group::{Group, Reach};
use crate::ai::moderation::model::Category;

pub const GOSSIP: &[Group] = &[Group {
    category: Category::Gossip,
    direction: None,
    reach: Reach::Words,
    finding: "gossip about people in the public eye",
    patterns: &[
        "(who|whos|whom) (is|was|has|s|does|did) (_ ){1,4}(dating|hooking up with|hook up with|dated)( now| currently)?",
        "(who|whos|whom) (is|was|has|did|does|s) STAR (_ ){0,2}(seeing|sleeping with|married to|marrying|marry|\
         engaged to|with now|cheating|cheat on|kissing|kissed|kiss|in love|divorcing|divorce|with|together with|now)",
        "(is|are|was|were|did|does|has|have|will|when did|why did|when is|\
         why are) STAR (and STAR )?(_ ){0,3}(pregnant|dating|split|splitting|splitting up|broken up|break up|\
         breaking up|broke up|engaged|cheat|cheated|cheating|gay|lesbian|bisexual|plastic surgery|nose job|botox|\
         single|married|getting married|get married|wedding|affair|having a baby|have a baby|divorced|divorcing|\
         getting divorced|get divorced|divorce|back together|together|hot|ugly|fat|attractive|rich|richer|feuding|\
         fighting|drunk|rehab|feud|kids|in love|dead)",
        "(hear|heard|hears|know|seen|see|read|believe|guess) (_ ){0,5}(about |of )?(STARs?|\
         the kardashians) (_ ){0,3}(divorce|breakup|break up|affair|scandal|baby|pregnan(t|cy)|wedding|engagement|\
         split|boyfriend|girlfriend|dating|drama|cheated|cheating|married|outfit|feud|new (boyfriend|girlfriend|\
         husband|wife|man))",
        "(did you|have you|you|u|ya) (hear|heard|hear what|heard what) (happened )?(_ )?(about|of|to|with|that|\
         the latest about) (_ )?STAR",
        "STARs? (_ ){0,3}(divorces?|breakup|break up|affairs?|love life|love child|boyfriends?|girlfriends?|\
         ex (boyfriend|girlfriend|wife|husband)|dating (life|history)|pregnancy|wedding|baby bump|romance|drama|feud|\
         outfits?|plastic surgery|diet|hair(style)?|net worth|rumou?rs?|gossip|secret (life|child|lover)|sex life|\
         private life|cheating scandal|new (man|boyfriend|girlfriend|lover))",
        "(divorce|breakup|break up|affair|love life|boyfriends?|girlfriends?|wedding|romance|drama|net worth|\
         relationship|relationships|baby|private life|sex life|exes|dating history|outfit) (of|with|\
         between) (_ )?STAR",
        "(celebrity|celebrities|celeb|hollywood|royal|royals|juicy|showbiz|tabloid|promi|star) (_ )?(gossip|\
         rumou?rs?|news|scandals?|drama|breakups?|divorces|couples?|crushes|crush|relationships)",
        "(tell|give|share|got|know|any|some|latest|newest|hottest|hot|spread|hear|more|love|want|need|lets) (me |us |\
         some |any |the |you |a |bit |of |good |latest ){0,3}gossip( about| on| _)?",
        "gossip (about|on) (_ )?(STAR|famous people|stars|actors|singers|celebrity)",
        "(latest|newest|news|scoop|tea|dirt|update|updates) (on|about|with|from) (_ )?STAR",
        "spill the tea|(latest|newest|hottest) (tea|tabloid)|lets gossip",
        "(how (much|rich|old|tall|heavy)) (is|are|does|do|did) STAR( worth| earn| weigh| make)?",
        "(whats|what is|what was|what did|what does|what do) STARs? (_ )?(net worth|wear|wearing|wore|eat|weight|\
         height|age|zodiac|favou?rite|worth|name (his|her|their) (baby|child))",
        "(who|whos|which STAR) (is )?(the )?(hottest|sexiest|prettiest|ugliest|richest|most attractive|most handsome|\
         cutest)( STAR| actor| actress| singer| celebrity)?",
        "(mit wem|wen) (ist|war|geht|hat|datet|schla(e)?ft) STAR( _){0,4}|wer (ist|war|datet) (_ ){0,4}(datet|\
         mit STAR|der neue freund|die neue freundin)( _)?",
        "(hast du|haben sie|habt ihr) (schon )?(_ )?(das |von |u(e)?ber )?(der |dem |den )?(_ ){0,3}(STAR|\
         promis?)s? (_ ){0,4}(geho(e)?rt|trennung|scheidung|hochzeit|affa(e)?re|schwanger|gelesen)",
        "(ist|sind|hat|haben|war) STAR (und STAR )?(_ ){0,3}(schwanger|getrennt|geschieden|verheiratet|zusammen|\
         verlobt|fremdgegangen|single|schwul|lesbisch|eine affa(e)?re)",
        "(promi|promis|prominenten|stars?) ?(klatsch|news|geru(e)?chte|tratsch|paare|trennungen)|klatsch und tratsch|\
         promiklatsch|promi (klatsch|news|tratsch)|klatsch (u(e)?ber|von) (promis|stars|STAR)",
    ],
}];
