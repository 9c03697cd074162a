//! Words that say nothing of what a question is about, by language, in small letters.

use whatlang::Lang;

const ENGLISH: &str = "a about all also am an and any are as at be been but by can could did do does for from had has \
    have he her his how i if in into is it its just long many may me more most much my no not of on or our please she should so some tell than \
    that the their them then there these they this those to us was we were what when where which who whom whose why \
    will with would you your say says said mean means explain describe give show";
const GERMAN: &str = "aber als am an auch auf aus bei bin bis da das dass dem den der des die dir du durch ein eine \
    einem einen einer eines er es für hat haben hatte ich ihr im in ist ja kann kein keine können man mein mich mir mit \
    muss nach nicht noch nur ob oder ohne sein sich sie sind so über um und uns unter vom von vor wann war warum was \
    welche welchem welchen welcher welches wer werden wem wen wie wieviel wir wird wo wurde zu zum zur bitte sagt";
const FRENCH: &str = "à au aux avec ce ces cet cette comment d dans de des du elle elles en est et être eu il ils je l \
    la le les leur leurs lui ma mais me mes mon ne nos notre nous on ont ou où par pas plus pour pourquoi qu quand que \
    quel quelle quelles quels qui quoi s sa sans se ses si son sont sur ta tes ton tu un une vos votre vous y";
const SPANISH: &str = "a al algo como cómo con cual cuál cuales cuáles cuando cuándo de del desde donde dónde e el él \
    ella ellas ellos en entre era es esa ese eso esta está este esto estos fue ha hay la las le les lo los más me mi muy \
    no nos o para pero por porque que qué quien quién se ser si sin sobre son su sus también te tiene tu un una uno y ya";
const ITALIAN: &str = "a ad ai al alla alle anche che chi ci come con cosa cui da dai dal dalla dei del della delle di \
    dove e è ed era gli ha hanno i il in io la le lei lo loro lui ma mi nel nella non o per perché più qual quale quali \
    quando quanto quello questa queste questi questo se si sono su sua sul sulla suo tra un una uno vi";
const PORTUGUESE: &str = "a ao aos as até com como da das de do dos e é ela ele eles em entre era essa esse esta este eu \
    foi há isso isto já lhe mais mas me meu minha na nas no nos não o onde os ou para pela pelo por porque qual quais \
    quando que quem se sem ser seu são sua também te tem um uma você";
const DUTCH: &str = "aan al als bij dan dat de der deze die dit doe door een en er ging haar had heb heeft hem het hier \
    hij hoe hun ik in is ja je kan maar me men met mij mijn moet na naar niet nog nu of om omdat ons ook op over te tot \
    u uit van veel voor waar waarom wanneer want waren was wat welke werd wie wil worden wordt zal ze zich zij zijn zo";

/// The words of all languages that have a list.
pub const ALL: &[&str] = &[ENGLISH, GERMAN, FRENCH, SPANISH, ITALIAN, PORTUGUESE, DUTCH];

/// The words of `language`; none where there is no list.
#[must_use]
pub fn of(language: Lang) -> &'static str {
    match language {
        Lang::Eng => ENGLISH,
        Lang::Deu => GERMAN,
        Lang::Fra => FRENCH,
        Lang::Spa => SPANISH,
        Lang::Ita => ITALIAN,
        Lang::Por => PORTUGUESE,
        Lang::Nld => DUTCH,
        _ => "",
    }
}
