//! Explicit requests and content. Statutes, offences and facts of cases are none of it: they use other words.

use super::group::{Group, Reach};
use crate::ai::moderation::model::Category;

const fn group(finding: &'static str, patterns: &'static [&'static str]) -> Group {
    Group { category: Category::Sexual, direction: None, reach: Reach::Words, finding, patterns }
}

pub const SEXUAL: &[Group] = &[
    group(
        "a request for sexual content",
        &[
            "(write|tell|read|generate|create|make|compose|continue|narrate|invent|do|start|lets (do|have|write|\
             start)) (me |us )?(_ ){0,3}SMUT TALE",
            "(send|show|give|find|share|get|recommend|link|want|like) (me|us) (_ ){0,3}SMUT (TALE|PICTURE)",
            "(generate|draw|create|make|write|paint) (me |us )?(a |an |some |the |your |another ){0,2}(very |really |\
             detailed |hot |long |short |realistic ){0,2}SMUT PICTURE",
            "(write|tell|give|read|send|show|generate|find|get|recommend|link) (me|us) (_ ){0,3}(porn|porno|pornos|\
             pornography|xxx|hentai|erotica|smut|nsfw|nudes|sex tapes?|dirty (talk|stuff|things|pics)|onlyfans)",
            "(i|lets|can we|could we|wanna|i wanna|i want to|i would like to|want to|let me|lets) (_ )?(watch|see|\
             look at|read|find|download) (some |a |the |your |more |any |good |free ){0,3}(porn|porno|pornos|xxx|\
             hentai|erotica|smut|nudes)",
            "(where|how) (can|do|could|to|should) (i |we |one )?(find|get|watch|download|see|buy|stream|\
             make) (_ ){0,3}(porn|porno|pornos|child porn|cp|hentai|nudes|xxx|smut)( sites?| videos?| movies?)?",
            "(best|good|favou?rite|top|free|hot|hottest) (_ )?(porn|porno|hentai|xxx) ?(sites?|stars?|videos?|\
             movies?|actress(es)?|actors?|tube|website)?",
            "(send|show|share|post) (me |us )?(_ )?(your|ur|some) (_ )?(nudes?|naked (pics?|pictures?|photos?|body)|\
             PARTS)",
            "(send|share|post) nudes (of (you|yourself|u|ur|your)|please|pls|now|to me|bitte)",
            "^(pls |please |just |hey |hi )?(send|more) (nudes|porn)",
            "(see|show you|watch|look at|want|like|love) my (_ )?(dick|cock|boobs|tits|pussy|nudes|naked body)",
            "(show|let) me (see )?(_ )?(your|ur|those|them) (_ )?PARTS",
            "(nude|naked|topless|sexy) (pics?|pictures?|photos?|selfies?|images?|drawing) (of|from) (you|yourself|u|\
             ur|STAR|your)",
            "(take off|remove|rip off|get out of) (your|ur|all your) (_ )?(clothes|clothing|shirt|bra|panties|pants|\
             dress|top|underwear|skirt)",
            "(get|youre|are you|undress|strip) (completely |all )?(naked|undressed|nude|topless) (for|with|right|now|\
             please|in front)( _)?|(undress|strip) (for|with|in front of) me|are (you|u) (naked|nude|horny|turned on|\
             a virgin|wet|hard|aroused|kinky)",
            "(what|whatcha) (are|r)? ?(you|u) wearing( right now| tonight| under)?",
            "(talk|talking) (dirty|sexy|naughty) (to|with) (me|you|u)|dirty talk (me|to|with)|(talk|speak|\
             chat) (dirty|sexy) (to|with)?",
            "(sext|sexting) (me|with me|with you|together|now)|lets (sext|have sex|fuck|get naked|make out|\
             do it naked)|cyber ?sex with",
            "(sex|sexual|erotic|kinky|intimate|nsfw|dirty|naughty|adult) role ?plays?( with| as| _)?|\
             role ?play (_ ){0,3}(sex|sexual|erotic|sexy|kinky|nsfw|naughty|dirty|seduc(e|ing|tion))( _)?",
            "(my|your|ur|his|her) (_ )?(sexual|kinky|naughty|dirty|erotic|sex) (fantas(y|ies)|desires?|kinks?|\
             dreams?)",
            "(describe|write|tell|narrate|explain|show) (_ ){0,4}(orgasms?|sex scenes?|sex positions?|making love|\
             having sex in detail|blow ?jobs?|masturbat(e|ing)|sex in (detail|graphic|explicit)|naked (woman|girl|\
             man|boy|body)|nude (woman|girl|man|boy))",
            "(sex|kama ?sutra) (positions?|tips|tricks|moves)|kama ?sutra|how (to|do i|can i|do you) (_ )?(finger|\
             masturbate|give (good |great )?(head|oral)|last longer in bed|have (better|good|anal|great|rough) sex|\
             seduce|get laid|make (her|him|a girl|a guy|a woman|my (girlfriend|boyfriend|wife)) (cum|orgasm|come|\
             squirt|horny|wet)|please (a|my) (woman|girl|man|girlfriend|wife) in bed|get (a girl|girls|her|\
             him) (into bed|naked))",
            "how (to|do i|can i) rape (someone|somebody|a|her|him|my|girls|women|you)",
            "(rape|incest|teen|teens|underage|loli|stepmom|stepsister|schoolgirl|lesbian|gay|anal) (porn|hentai|\
             fantas(y|ies)|role ?play|sex (story|stories|video|videos)|smut|erotica|nudes)( _)?",
        ],
    ),
    group(
        "sexual words to somebody",
        &[
            "(have|want|wants|need|lets have|love|like) (_ )?(sex|intercourse) with (me|you|u|STAR)",
            "(i|lets|wanna|do you|do u|can we|could we|shall we|would you|will you|i want|i wanna|i need|\
             we should) (_ )?(want |wanna |have |have some |like |like to have |want to have |need )(some |hot |\
             rough |good )?sex( with _| now| tonight| right| please| baby)?",
            "(make|making) love (to|with) (me|you|u|STAR)|(sleep|go to bed) with (me|you) (tonight|please|now)|(you|\
             u|that) (turn|turns|turning|turned|make|makes) me (on|horny)",
            "(fuck|fucks|fucking|screw|bang|shag|ravish|pound|rail) (me (hard|harder|now|daddy|please|in|like|baby|\
             good|from|tonight|all|raw|so|right|till|until|against|over)|you (hard|harder|so hard|all|till|until|\
             senseless|in the|from behind|like|good|tonight|raw)|STAR|her (hard|brains)|my (ass|pussy|brains|mouth|\
             wife|girlfriend|teacher|professor|sister|mom))",
            "(i|wanna|want to|gonna|going to|can i|can we|let me|lets|id like to|would love to|like to|need to|\
             would you|do you want to|will you) (_ )?(fuck|bang|shag|ravish|lick|suck|finger|spank|undress|grope|\
             dry hump|titfuck|rape|have my way with) (you|u|me|STAR|your|ur|that (girl|ass|pussy)|her (pussy|ass|\
             tits)|my (teacher|professor|classmate|student|tutor|sister|mom|mother))( _)?",
            "(suck|sucking|lick|licking|eat|eating|stroke|stroking|rub|rubbing|ride|riding|touch|touching|grab|spank|\
             fuck|jerk|kiss|feel) (_ )?(my|your|ur|his|her|a|that|this) (_ )?(dick|cock|pussy|tits|boobs|cunt|clit|\
             balls|nipples|boner|ass)",
            "(my|your|ur|his|her|a|the) (_ )?(hard|wet|throbbing|dripping|erect|naked|big|thick|huge|tight|sweet|\
             juicy|long|fat|hot|horny|moist|swollen) (_ )?(cock|dick|pussy|cunt|tits|boobs|clit|shaft|nipples|member|\
             manhood|boner|booty)",
            "(cock|dick|tongue|boner) (_ ){0,2}(inside|deep in|deep inside|into|down|in) (me|her|him|you|my|your|\
             ur) ?(mouth|pussy|ass|throat|cunt|tits)?",
            "(moan|moans|moaned|moaning) (_ ){0,5}(thrust|thrusts|thrusting|inside her|inside him|orgasm|climax|cock|\
             dick|pussy|harder|ecstasy|deeper)",
            "blow ?jobs?|hand ?jobs?|rim ?jobs?|foot ?jobs?|cum ?shots?|gang ?bangs?|cream ?pies? (me|her|inside|\
             porn)|milfs?|dilfs?|hentai|futanari|bukkake|porn ?hub|xvideos|xhamster|youporn|redtube|(jerk|jerking|\
             jack|jacking|wank|wanking) (me |myself |you )?off|titty ?fuck|(cum|cumming|ejaculate|squirt|\
             squirting) (on|in|inside|for|all over|with) (me|my|your|her|his|you|daddy)|horny|dirty slut|(nasty|\
             little|my) (slut|whore) (for|who|that|please)?",
            "(help|watch|make|let) (me|you) (_ )?(masturbate|cum|orgasm|jerk off|wank|climax)|(i|im|i am|are you|\
             am) (_ )?(masturbating|jerking off|wanking|so horny|very horny|fucking horny)|(im|i am|\
             are you) (so )?(aroused|turned on)",
            "(be|become|act as|pretend to be|play|you are|youre|ur|act like) (now )?my (_ )?(girlfriend|boyfriend|\
             sex slave|mistress|dominatrix|dom|submissive|sugar (daddy|baby|mommy)|lover|sex (bot|toy)|waifu|sexy _|\
             whore|slut)",
            "(you|youre|you are|ur|u) (_ )?(so |such |very |really |fucking |damn |look |are )(_ )?(sexy|fuckable|\
             horny|bangable|hot)|sexy (girl|girls|babe|time|ass|body|women|woman|teacher|student|students|lingerie)",
            "(sex|sexual) (slave|chat|bot|cam|video|videos|pics|doll) (with|for|me|please|now|site|sites|online)|\
             (live|free) sex (cam|cams|chat|videos?)|rape me",
        ],
    ),
    group(
        "sexual words in German",
        &[
            "(fick|ficke|ficken|fickst|bumsen|vo(e)?geln|poppen|lecken|blasen) (mich|dich|wir|mit (mir|dir)|\
             mir einen|dir einen|uns|deine|meine)( _)?|(willst|mo(e)?chtest|wollen|ko(e)?nnen|lass|wu(e)?rdest) (du |\
             wir |uns |sie )?(_ ){0,3}(ficken|bumsen|vo(e)?geln|poppen|sex( haben)?|einen blasen)",
            "ich (_ ){0,2}(will|mo(e)?chte|wu(e)?rde|ko(e)?nnte|mag|muss) (_ ){0,4}(ficken|bumsen|vo(e)?geln|\
             sex (haben|mit dir)|dich (nackt|ausziehen|lecken))|sex mit (dir|mir)|(blas|blase|bla(e)?st du|lutsch|\
             hol) mir (_ )?(einen|runter)( _)?",
            "(schick|schicke|zeig|zeige|sende|gib|schreib|schreibe|erza(e)?hl|erza(e)?hle|such|finde|empfiehl) (mir |\
             uns |bitte )?(_ ){0,3}(nacktbilder|nacktfotos|nackt (bilder|fotos)|pornos?|pornografie|sexgeschichten?|\
             erotische[nrs]? (geschichten?|texte?|fantasien?|szenen?)|erotikgeschichten?|\
             versaute[ns]? (_ )?(geschichten?|witze?|sachen?)|sexszenen?|sex (geschichten?|szenen?|videos?)|titten|\
             muschi|schwanz)",
            "(zeig|zeige) (mir |uns )?(mal )?(deine|deinen) (_ )?(titten|bru(e)?ste|muschi|mo(e)?pse|arsch|schwanz|\
             ko(e)?rper nackt|po)|zieh(t)? (dich|dein(e)? (_ )?(kleid|hemd|hose|bh|klamotten)) aus|\
             bist du (_ )?(nackt|geil|horny|feucht|jungfrau)|(bin|bist du) (_ )?(so |gerade |total )(geil|horny|\
             feucht)( auf dich)?|mach(st)? (mich|dich) (so )?(geil|feucht|an)( geil)?",
        ],
    ),
];
