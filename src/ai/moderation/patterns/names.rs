//! Who is in politics and in the public eye, by names that no case is known by.

/// What stands for a name in a text that is held against patterns, and the names.
pub const NAMES: &[(&str, &str)] = &[
    // People in politics and their parties, by names that no case is known by.
    (
        "POLITICIAN",
        "(donald |president |ex president |former president )?trump|(joe |president )?biden|kamala( harris)?|\
         harris walz|(barack |president )?obama|hill?ary( clinton)?|bill clinton|(jd |j d )?vance|(ron )?desantis|\
         (gavin )?newsom|bernie( sanders)?|elizabeth warren|(nancy )?pelosi|(mitch )?mcconnell|aoc|ocasio cortez|\
         ted cruz|nikki haley|mitt romney|rfk( jr)?|robert f kennedy jr|tim walz|mike pence|(keir )?starmer|\
         (rishi )?sunak|(nigel )?farage|boris johnson|jeremy corbyn|kemi badenoch|(emmanuel )?macron|\
         (marine )?le pen|(olaf )?scholz|(friedrich )?merz|(alice )?weidel|(robert )?habeck|(annalena )?baerbock|\
         (markus )?so(e)?der|(sahra )?wagenknecht|christian lindner|(angela )?merkel|(bjo(e)?rn )?ho(e)?cke|\
         (vladimir )?putin|zelensk(y|yy|iy)|netanyahu|narendra modi|(viktor )?orban|giorgia meloni|erdogan|\
         (justin )?trudeau|poilievre|mark carney|milei|bolsonaro|xi jinping",
    ),
    (
        "PARTY",
        "republicans|democrats|gop|dems|libs|tories|(the )?(republican|democratic|labou?r|conservative|tory|green|\
         libertarian|liberal|reform) (party|ticket)|labour|maga|afd|cdu|csu|spd|fdp|bsw|npd|die linken?|\
         die gru(e)?nen|reform uk|lib dems|snp|ukip",
    ),
    // People in the public eye, without those whose disputes are cases.
    (
        "STAR",
        "(taylor swift|travis kelce|(kim |khloe |kourtney |the )?kardashians?|kanye( west)?|beyonce|jay z|rihanna|\
         (justin |hailey )?bieber|selena gomez|ariana grande|brad pitt|angelina jolie|brangelina|jennifer aniston|\
         jennifer lopez|j ?lo|ben affleck|johnny depp|prince harry|harry and meghan|meghan and harry|prince william|\
         meghan( markle)?|kate middleton|king charles|tom cruise|leonardo di ?caprio|zendaya|tom holland|\
         timothee chalamet|(kylie|kendall|kris) jenner|(the )?jenners|billie eilish|harry styles|olivia rodrigo|\
         dua lipa|lady gaga|madonna|britney( spears)?|will smith|jada( pinkett)?( smith)?|paris hilton|\
         (justin )?timberlake|katy perry|orlando bloom|miley cyrus|liam hemsworth|ryan gosling|ryan reynolds|\
         blake lively|gigi hadid|bella hadid|nicki minaj|cardi b|p diddy|shakira|pique|(cristiano )?ronaldo|\
         (lionel )?messi|(david |victoria |brooklyn )?beckhams?|george clooney|emma watson|scarlett johansson|\
         sydney sweeney|sabrina carpenter|drake|kendrick( lamar)?|doja cat|pete davidson|megan fox|machine gun kelly|\
         elon musk|jeff bezos|lauren sanchez|(heidi )?klum|helene fischer|florian silbereisen|dieter bohlen|\
         oliver pocher|amira pocher|boris becker|the royals|the royal family|(your |a |some |\
         any )?(favou?rite )?celebrit(y|ies)|celebs?|movie stars?|pop stars?|influencers?)s?",
    ),
];
